import { rm } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import type { Closable } from "../kernel/shutdown.ts";
import type { RedisToken } from "../store/data-plane.ts";
import type { KeyPair } from "../tls/certificates.ts";
import type { AddressBook } from "./addresses.ts";
import type { ClusterFacts, DatabaseFacts } from "./facts.ts";
import { ClusterCertificate } from "./gateway/cluster-certificate.ts";
import { ClusterPaths, type PathStatus } from "./gateway/cluster-paths.ts";
import type { IssuedTokens } from "./issued-tokens.ts";
import { LatestOnlyQueue } from "./latest-only-queue.ts";
import type { DataPlaneLimits } from "./limits.ts";
import { defaultUser, sha256 } from "./redis/redis-admin.ts";
import type { RedisBinary } from "./redis/redis-binary.ts";
import { RedisDatabase } from "./redis/redis-database.ts";
import { shortHash } from "./redis/run-directory.ts";
import { wantedRedis, type RedisFacts } from "./redis/wanted-redis.ts";

/** What all clusters share. */
export interface ClusterContext {
  readonly addresses: AddressBook;
  readonly authority: KeyPair;
  readonly binary: RedisBinary;
  /** Where each database has a folder. */
  readonly redisFolder: string;
  /** Where the servers' unix sockets are. */
  readonly runFolder: string;
  readonly certificateFolder: string;
  readonly limits: DataPlaneLimits;
  /** Whether clusters' certificates have no more names than Azure's. */
  readonly azureCertificates: boolean;
  /** What clustered servers announce as their address. */
  readonly placeholder: string;
  readonly tokens: IssuedTokens;
  readonly clock: Clock;
  readonly log: Log;
}

interface ClusterOptions {
  readonly clusterKey: string;
  /** Called when the paths could not follow a change of their Redis: the cluster has to be applied again later. */
  readonly onFailure: (cause: unknown) => void;
}

interface RunningDatabase {
  readonly folderName: string;
  /** undefined for a database whose Redis failed to start: it is not tried again until the database is written. */
  redis: RedisDatabase | undefined;
}

/** What runs for one cluster: its database's Redis and the paths to it. */
export class ClusterPlane implements Closable {
  readonly #context: ClusterContext;
  readonly #certificate: ClusterCertificate;
  readonly #paths: ClusterPaths;
  readonly #pathQueue = new LatestOnlyQueue<ClusterFacts>((facts) => this.#paths.apply(this.#withStartFailure(facts)));
  readonly #onFailure: (cause: unknown) => void;
  #database: RunningDatabase | undefined;
  #facts: ClusterFacts | undefined;
  /** Whether the facts were applied without a failure. */
  #isApplied = false;

  constructor(context: ClusterContext, { clusterKey, onFailure }: ClusterOptions) {
    this.#context = context;
    this.#onFailure = onFailure;
    const { certificateFolder, authority, azureCertificates: isExact, clock, log } = context;
    const path = join(certificateFolder, `${shortHash(clusterKey)}.pem`);
    this.#certificate = new ClusterCertificate({ path, authority, isExact, clock, log });
    this.#paths = new ClusterPaths({
      ...context,
      certificate: this.#certificate,
      expiryOf: (user, hash) => this.#expiryOf(user, hash),
      isUp: () => this.#database?.redis?.isUp ?? false,
      connect: (until) => this.#database?.redis?.connect(until) ?? Promise.reject(new Error("There is no database.")),
    });
  }

  /** Brings everything in line with the facts. Does not wait for a server that takes time to start. */
  async apply(facts: ClusterFacts): Promise<void> {
    const before = this.#isUpToDate ? this.#facts : undefined;
    if (isDeepStrictEqual(facts, before)) return;
    this.#facts = facts;
    this.#isApplied = false;
    const isSameDatabase = before !== undefined && isDeepStrictEqual(redisFacts(facts), redisFacts(before));
    await Promise.all([this.#pathQueue.push(facts), isSameDatabase ? undefined : this.#applyDatabase(facts)]);
    this.#isApplied = true;
  }

  /** Makes the Redis accept the tokens that are valid now. */
  applyTokens(): void {
    const facts = this.#facts;
    const { database } = facts ?? {};
    if (facts === undefined || database === undefined) return;
    // While another database is being removed, `apply` has yet to come to this one.
    if (this.#database?.folderName === databaseFolderName(database)) this.#applyRedis(facts, database);
  }

  /** The cluster as it was last applied; undefined before, and once it is closed. */
  get facts(): ClusterFacts | undefined {
    return this.#facts;
  }

  /** The cluster as it was last applied, and its paths as they are. */
  get status(): { readonly facts: ClusterFacts; readonly paths: readonly PathStatus[] } | undefined {
    return this.#facts === undefined ? undefined : { facts: this.#facts, paths: this.#paths.statuses };
  }

  /** The database's Redis; undefined while there is no database, or none that is to have a Redis. */
  get redis(): RedisDatabase | undefined {
    return this.#database?.redis;
  }

  /** Stops everything and keeps the data for a restart. */
  async close(): Promise<void> {
    await Promise.all([this.#closePaths(), this.#certificate.close(), this.#database?.redis?.close()]);
  }

  /** Stops everything and removes its data, because the cluster was deleted. */
  async remove(): Promise<void> {
    await this.#closePaths();
    await Promise.all([this.#removeDatabase(), this.#paths.releaseAddresses(), this.#certificate.remove()]);
  }

  /** When a user's password expires: access keys never do. */
  #expiryOf(user: string, hash: string): number | undefined {
    if (user !== defaultUser) return this.#context.tokens.expiryOf(user, hash);
    const keys = Object.values(this.#facts?.database?.accessKeys ?? {});
    return keys.some((key) => sha256(key) === hash) ? Infinity : undefined;
  }

  async #closePaths(): Promise<void> {
    this.#facts = undefined; // A later change of the Redis must not open them again.
    await this.#pathQueue.idle().catch(this.#onFailure);
    await this.#paths.close();
  }

  get #isUpToDate(): boolean {
    return this.#isApplied && (this.redis?.isUpToDate ?? true);
  }

  /** Paths follow the Redis: they close when it does not start, and open again when it has started. */
  #onRedisChange(): void {
    if (this.#facts === undefined) return;
    this.#pathQueue.push(this.#facts).catch((cause: unknown) => {
      this.#isApplied = false;
      this.#onFailure(cause);
    });
  }

  /** The facts, with the failure of the database's Redis to start, which closes its paths. */
  #withStartFailure(facts: ClusterFacts): ClusterFacts {
    const { database } = facts;
    const failure = this.redis?.startFailure;
    if (database === undefined || failure === undefined) return facts;
    if (this.#database?.folderName !== databaseFolderName(database)) return facts;
    return { ...facts, database: { ...database, failure: database.failure ?? `${failure} It is tried again.` } };
  }

  async #applyDatabase(facts: ClusterFacts): Promise<void> {
    const { database } = facts;
    const folderName = database === undefined ? undefined : databaseFolderName(database);
    if (this.#database?.folderName !== folderName) await this.#removeDatabase();
    if (database === undefined || folderName === undefined) return;
    this.#database ??= { folderName, redis: undefined };
    if (database.failure !== undefined) return await this.#stopRedis();
    this.#database.redis ??= this.#newRedis(folderName);
    this.#applyRedis(facts, database);
    return undefined;
  }

  #applyRedis(facts: ClusterFacts, database: DatabaseFacts): void {
    const { tokens, limits, placeholder } = this.#context;
    const tokensOf = (objectId: string): readonly RedisToken[] => tokens.validOf(objectId);
    void this.redis?.apply(wantedRedis(facts, database, { tokensOf, limits, placeholder }));
  }

  #newRedis(folderName: string): RedisDatabase {
    const { binary, runFolder, clock, log } = this.#context;
    return new RedisDatabase({
      binary,
      folder: this.#folderOf(folderName),
      socketPath: join(runFolder, `${folderName}.sock`),
      clock,
      log,
      onStateChange: () => this.#onRedisChange(),
    });
  }

  async #stopRedis(): Promise<void> {
    const redis = this.#database?.redis;
    if (this.#database !== undefined) this.#database.redis = undefined;
    await redis?.close();
  }

  async #removeDatabase(): Promise<void> {
    const folderName = this.#database?.folderName;
    await this.#stopRedis();
    this.#database = undefined;
    if (folderName !== undefined) await rm(this.#folderOf(folderName), { recursive: true, force: true });
  }

  #folderOf(folderName: string): string {
    return join(this.#context.redisFolder, folderName);
  }
}

/** The facts that the database's Redis depends on. */
const redisFacts = ({ database, sizeInBytes, maxConnections }: ClusterFacts): RedisFacts & { database: unknown } => ({
  database,
  sizeInBytes,
  maxConnections,
});

/** The name of a database's folder. A database that is created again under the same id has another. */
export const databaseFolderName = ({ key, createdAtMs }: DatabaseFacts): string => shortHash(`${key} ${createdAtMs}`);
