import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { createSecureContext } from "node:tls";
import type { SecureContext } from "node:tls";
import type { Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import type { KeyPair } from "../../tls/key-pair-file.ts";
import { openLeaf } from "../../tls/leaf.ts";

interface CertificateOptions {
  /** Where the certificate is kept. */
  readonly folder: string;
  readonly fileName: string;
  readonly authority: KeyPair;
  readonly clock: Clock;
  readonly log: Log;
}

/** A cluster's server certificate: for its names and for every address that it is served on. */
export class ClusterCertificate {
  readonly #options: CertificateOptions;
  #names = "";
  #context: SecureContext | undefined;
  #renewAtMs = 0;

  constructor(options: CertificateOptions) {
    this.#options = options;
  }

  /** What the next connection is secured with; undefined before `cover`. */
  get context(): SecureContext | undefined {
    return this.#context;
  }

  /** Makes sure of a certificate for these names and addresses that does not end soon. */
  async cover(names: readonly string[]): Promise<void> {
    const { folder, authority, clock, log } = this.#options;
    const wanted = names.join(" ");
    if (this.#context !== undefined && wanted === this.#names && clock.nowMs() < this.#renewAtMs) return;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const leaf = await openLeaf({ path: this.#path, authority, names, clock, log });
    this.#context = createSecureContext({ cert: leaf.certPem, key: leaf.keyPem, minVersion: "TLSv1.2" });
    this.#names = wanted;
    this.#renewAtMs = leaf.renewAtMs;
  }

  /** Removes the file of a cluster that is gone. */
  async forget(): Promise<void> {
    await rm(this.#path, { force: true });
  }

  get #path(): string {
    return join(this.#options.folder, this.#options.fileName);
  }
}
