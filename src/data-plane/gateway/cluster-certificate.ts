import { mkdir, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { createSecureContext, type SecureContext } from "node:tls";
import type { Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import type { Closable } from "../../kernel/shutdown.ts";
import type { KeyPair } from "../../tls/certificates.ts";
import { openLeaf } from "../../tls/leaf.ts";
import { LatestOnlyQueue } from "../latest-only-queue.ts";

interface CertificateOptions {
  /** Where the certificate is kept. */
  readonly path: string;
  readonly authority: KeyPair;
  /** Whether a stored certificate with more names than needed is replaced. */
  readonly isExact: boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** How long to wait after a failed renewal. */
const retryMs = 3_600_000;

/** A cluster's server certificate, which is renewed before it expires. */
export class ClusterCertificate implements Closable {
  readonly #options: CertificateOptions;
  /** One after the other: if two ran at once, the one with fewer names could end last. */
  readonly #queue = new LatestOnlyQueue<void>(() => this.#open());
  #names: readonly string[] = [];
  #covered = "";
  #context: SecureContext | undefined;
  #renewAtMs = 0;
  #cancelRenewal = (): void => undefined;
  #isClosed = false;

  constructor(options: CertificateOptions) {
    this.#options = options;
  }

  /** For the next connection; undefined before `cover`. */
  get context(): SecureContext | undefined {
    return this.#context;
  }

  /** Keeps a valid certificate for these names and addresses. Resolves when there is one. */
  async cover(names: readonly string[]): Promise<void> {
    this.#names = names;
    await this.#queue.push();
  }

  /** Stops renewing it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelRenewal();
    await this.#queue.idle().catch(() => undefined); // The caller of `cover` handles it.
  }

  /** Removes the file of a deleted cluster. */
  async remove(): Promise<void> {
    await this.close();
    await rm(this.#options.path, { force: true });
  }

  async #open(): Promise<void> {
    const { path, authority, isExact, clock, log } = this.#options;
    const names = this.#names;
    const wanted = names.join(" ");
    if (this.#context !== undefined && wanted === this.#covered && clock.nowMs() < this.#renewAtMs) return;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const leaf = await openLeaf({ path, authority, names, isExact, clock, log });
    this.#context = createSecureContext({ cert: leaf.certPem, key: leaf.keyPem, minVersion: "TLSv1.2" });
    this.#covered = wanted;
    this.#renewAtMs = leaf.renewAtMs;
    this.#renewAt(leaf.renewAtMs);
  }

  #renewAt(atMs: number): void {
    const { clock } = this.#options;
    this.#cancelRenewal();
    // A certificate that expires with its authority cannot be renewed.
    if (!this.#isClosed && clock.nowMs() < atMs) this.#cancelRenewal = clock.wakeAt(atMs, () => void this.#renew());
  }

  async #renew(): Promise<void> {
    const { path, clock, log } = this.#options;
    try {
      await this.#queue.push();
    } catch (cause) {
      log.error({ err: cause, path }, "A cluster's certificate could not be renewed; trying again.");
      this.#cancelRenewal();
      if (!this.#isClosed) this.#cancelRenewal = clock.wakeIn(retryMs, () => void this.#renew());
    }
  }
}
