import type { Clock } from "../../kernel/clock.ts";
import { codeOf } from "../../kernel/errors.ts";
import type { PathAddress } from "../../store/data-plane.ts";
import type { AddressBook } from "../addresses.ts";
import type { ClusterFacts } from "../facts.ts";
import type { DataPlaneLimits } from "../limits.ts";
import type { ClusterCertificate } from "./cluster-certificate.ts";
import { clusterReplies } from "./cluster-replies.ts";
import type { DatabaseConnection } from "./database-connection.ts";
import { desiredPaths, type DesiredPath } from "./desired-paths.ts";
import type { ReplyRewriter } from "./join-sockets.ts";
import { LoginWatch, type ExpiryOf } from "./login-watch.ts";
import { noTraffic, PathListener, type PathCounters } from "./path-listener.ts";

/** A path as it is now. */
export interface PathStatus extends Omit<DesiredPath, "key"> {
  /** Where it is served on this machine, open or not. */
  readonly address: string;
  readonly port: number;
  /** Whether clients reach the database. */
  readonly isOpen: boolean;
  /** Whether clients can connect, if only to wait for a Redis that is starting. */
  readonly takesClients: boolean;
  readonly counters: PathCounters;
}

interface PathsOptions {
  readonly addresses: AddressBook;
  readonly certificate: ClusterCertificate;
  /** Whether clients can use the database's Redis. */
  readonly isUp: () => boolean;
  /** A connection to the cluster's database. */
  readonly connect: (until: () => AbortSignal) => Promise<DatabaseConnection>;
  readonly limits: DataPlaneLimits;
  readonly azureCertificates: boolean;
  readonly expiryOf: ExpiryOf;
  readonly clock: Clock;
  /** What clustered servers announce as their address. */
  readonly placeholder: string;
}

interface OpenPath {
  readonly listener: PathListener;
  readonly port: number;
  readonly isEncrypted: boolean;
}

const listenAttempts = 20;

/** The paths of one cluster: which of them listen, and where. */
export class ClusterPaths {
  readonly #options: PathsOptions;
  readonly #open = new Map<string, OpenPath>();
  /** Why paths could not be opened, by their keys. */
  readonly #openFailures = new Map<string, string>();
  #desired: readonly DesiredPath[] = [];
  #databasePort = 0;
  /** They change with the cluster's SKU. */
  #limits = { maxConnections: 0, idleMs: 0 };

  constructor(options: PathsOptions) {
    this.#options = options;
  }

  /** Closes what is to be closed, then opens what is to be open. @throws when a listener cannot be opened. */
  async apply(cluster: ClusterFacts): Promise<void> {
    const before = this.#desired;
    this.#desired = desiredPaths(cluster);
    this.#databasePort = cluster.database?.port ?? 0;
    const maxConnections = Math.min(cluster.maxConnections, this.#options.limits.maxConnections);
    this.#limits = { maxConnections, idleMs: cluster.idleMs };
    const isWanted = ({ closedBecause }: DesiredPath): boolean => closedBecause === undefined;
    const wanted = new Set(this.#desired.filter(isWanted).map(({ key }) => key));
    await this.#closeAllBut(wanted, cluster);
    await this.#assignAddresses(before);
    await this.#certify(cluster);
    if (await this.#openMissing(wanted, cluster)) await this.#certify(cluster);
  }

  /** Every path of the cluster that has an address, the public one first. */
  get statuses(): readonly PathStatus[] {
    return this.#desired.flatMap(({ key, closedBecause, ...path }) => {
      const open = this.#open.get(key);
      const known = this.#options.addresses.find(key);
      if (known === undefined) return [];
      const isStarting = open !== undefined && !this.#options.isUp();
      return {
        ...path,
        closedBecause:
          closedBecause ?? this.#openFailures.get(key) ?? (isStarting ? "its Redis is starting" : undefined),
        isOpen: open !== undefined && !isStarting,
        takesClients: open !== undefined,
        address: known.address,
        port: open?.port ?? (known.port || this.#databasePort),
        counters: open?.listener.counters ?? noTraffic,
      };
    });
  }

  /** Closes all paths and disconnects their clients. */
  async close(): Promise<void> {
    const all = [...this.#open.values()];
    this.#open.clear();
    await Promise.all(all.map(({ listener }) => listener.close()));
  }

  /** Releases the addresses of a deleted cluster. */
  async releaseAddresses(): Promise<void> {
    for (const { key } of this.#desired) await this.#options.addresses.release(key);
  }

  async #closeAllBut(wanted: ReadonlySet<string>, cluster: ClusterFacts): Promise<void> {
    const unwanted = [...this.#open].filter(
      ([key, path]) => !wanted.has(key) || path.isEncrypted !== isEncrypted(cluster),
    );
    for (const [key] of unwanted) this.#open.delete(key);
    await Promise.all(unwanted.map(([, { listener }]) => listener.close()));
  }

  /** A path has an address before it is approved, so that its approval needs no new certificate. */
  async #assignAddresses(before: readonly DesiredPath[]): Promise<void> {
    const { addresses } = this.#options;
    const gone = before.filter(({ key }) => !this.#desired.some((path) => path.key === key));
    for (const { key } of gone) await addresses.release(key);
    for (const { key } of this.#desired) await addresses.ensure(key);
  }

  async #certify({ hostName, privateHostName }: ClusterFacts): Promise<void> {
    const { addresses, certificate, azureCertificates } = this.#options;
    // Recorded 2026: Azure's certificate has neither addresses nor the private name.
    if (azureCertificates) return await certificate.cover([hostName]);
    const served = this.#desired.map(({ key }) => addresses.find(key)?.address ?? "").filter((each) => each !== "");
    await certificate.cover([...new Set([hostName, privateHostName, "localhost", ...served])]);
    return undefined;
  }

  /** Resolves with whether a path's address was changed. */
  async #openMissing(wanted: ReadonlySet<string>, cluster: ClusterFacts): Promise<boolean> {
    this.#openFailures.clear();
    const missing = [...wanted].filter((key) => !this.#open.has(key));
    const moved = await Promise.all(missing.map((key) => this.#openPath(key, cluster)));
    return moved.includes(true);
  }

  async #openPath(key: string, cluster: ClusterFacts): Promise<boolean> {
    const { addresses } = this.#options;
    const tried: PathAddress[] = [];
    for (;;) {
      const place = await addresses.ensure(key);
      const port = place.port || this.#databasePort;
      const listener = this.#listener(place.address, port, cluster);
      try {
        const opened = await listener.listen();
        this.#open.set(key, { listener, port: opened, isEncrypted: isEncrypted(cluster) });
        return tried.length > 0;
      } catch (cause) {
        if (!isInUse(cause)) throw cause;
        tried.push(place);
        if (tried.length === listenAttempts) throw await this.#giveUp(key, tried, cause);
        await addresses.replace(key);
      }
    }
  }

  async #giveUp(key: string, tried: readonly PathAddress[], cause: unknown): Promise<Error> {
    const port = tried[0]?.port || this.#databasePort;
    const why = `port ${port} is taken at ${tried.length} addresses, as by a program that listens at all (0.0.0.0)`;
    this.#openFailures.set(key, why);
    await this.#options.addresses.restore(tried);
    return new Error(`A path cannot be opened: ${why}.`, { cause });
  }

  #listener(address: string, port: number, cluster: ClusterFacts): PathListener {
    const { certificate, connect, clock, expiryOf } = this.#options;
    return new PathListener({
      address,
      port,
      connect,
      secureContext: () => (isEncrypted(cluster) ? certificate.context : undefined),
      rewriter: () => this.#rewriter(address, port, cluster),
      watchLogins: (onExpired) => new LoginWatch({ clock, expiryOf, onExpired }),
      hasRoom: () => this.#connectionCount < this.#limits.maxConnections,
      idleMs: () => this.#limits.idleMs,
    });
  }

  #rewriter(address: string, port: number, { database }: ClusterFacts): ReplyRewriter | undefined {
    const { placeholder } = this.#options;
    if (database?.clusteringPolicy !== "OSSCluster" || address.length !== placeholder.length) return undefined;
    return clusterReplies({ placeholder, address, port, serverPort: database.port });
  }

  get #connectionCount(): number {
    return [...this.#open.values()].reduce((total, { listener }) => total + listener.connectionCount, 0);
  }
}

const isEncrypted = ({ database }: ClusterFacts): boolean => database?.clientProtocol !== "Plaintext";

const isInUse = (cause: unknown): boolean => codeOf(cause) === "EADDRINUSE" || codeOf(cause) === "EACCES";
