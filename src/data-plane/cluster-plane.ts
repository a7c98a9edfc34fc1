import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import type { Closable } from "../kernel/shutdown.ts";
import type { RedisToken } from "../store/redis-tokens.ts";
import type { KeyPair } from "../tls/certificates.ts";
import type { AddressBook } from "./addresses.ts";
import type { ClusterFacts, DatabaseFacts } from "./facts.ts";
import { ClusterCertificate } from "./gateway/cluster-certificate.ts";
import { ClusterPaths } from "./gateway/cluster-paths.ts";
import type { PathStatus } from "./gateway/cluster-paths.ts";
import { defaultUser } from "./gateway/login-watch.ts";
import type { DataPlaneLimits } from "./limits.ts";
import type { RedisBinary } from "./redis/redis-binary.ts";
import { Latest } from "./latest-only-queue.ts";
import { sha256 } from "./redis/acl.ts";
import { RedisDatabase } from "./redis/redis-database.ts";
import { shortHash } from "./redis/run-directory.ts";
import { wantedRedis } from "./redis/redis-config.ts";

/** What all clusters share. */
export interface PlaneGround {
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
  readonly tokens: () => readonly RedisToken[];
  /** When a user's token expires, by its SHA-256; undefined for what is none that is valid. */
  readonly expiryOf: (user: string, hash: string) => number | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

interface PlaneOptions {
  readonly clusterKey: string;
  /** Called when paths could not follow their Redis: everything is to be applied again later. */
  readonly onObstacle: (cause: unknown) => void;
}

interface TendedDatabase {
  readonly identity: string;
  /** undefined for one whose Redis did not start, until somebody writes it anew. */
  redis: RedisDatabase | undefined;
}

/** What runs for one cluster: its database's Redis and the paths to it. */
export class ClusterPlane implements Closable {
  readonly #ground: PlaneGround;
  readonly #certificate: ClusterCertificate;
  readonly #paths: ClusterPaths;
  readonly #pathWork = new Latest<ClusterFacts>((facts) => this.#paths.apply(this.#withTrouble(facts)));
  readonly #onObstacle: (cause: unknown) => void;
  #database: TendedDatabase | undefined;
  #facts: ClusterFacts | undefined;

  constructor(ground: PlaneGround, { clusterKey, onObstacle }: PlaneOptions) {
    this.#ground = ground;
    this.#onObstacle = onObstacle;
    const { certificateFolder: folder, authority, azureCertificates: isExact, clock, log } = ground;
    this.#certificate = new ClusterCertificate({
      folder,
      fileName: `${shortHash(clusterKey)}.pem`,
      authority,
      isExact,
      clock,
      log,
    });
    this.#paths = new ClusterPaths({
      ...ground,
      certificate: this.#certificate,
      expiryOf: (user, hash) => this.#expiryOf(user, hash),
      isUp: () => this.#database?.redis?.isUp ?? false,
      connect: (until) => this.#database?.redis?.connect(until) ?? Promise.reject(new Error("There is no database.")),
    });
  }

  /** Brings everything to what the facts say. A server that takes time to start is not waited for. */
  async apply(facts: ClusterFacts): Promise<void> {
    this.#facts = facts;
    await Promise.all([this.#pathWork.push(facts), this.#applyDatabase(facts)]);
  }

  /** The cluster as it was last applied, and its paths as they are. */
  get status(): { readonly facts: ClusterFacts; readonly paths: readonly PathStatus[] } | undefined {
    return this.#facts === undefined ? undefined : { facts: this.#facts, paths: this.#paths.statuses };
  }

  /** The database's Redis; undefined while there is no database, or none that is to have one. */
  get redis(): RedisDatabase | undefined {
    return this.#database?.redis;
  }

  /** Stops everything and keeps what a restart goes on with. */
  async close(): Promise<void> {
    await Promise.all([this.#closePaths(), this.#certificate.close(), this.#database?.redis?.close()]);
  }

  /** Stops everything and leaves nothing behind: the cluster is gone. */
  async remove(): Promise<void> {
    await this.#closePaths();
    await Promise.all([this.#dropDatabase(), this.#paths.forget(), this.#certificate.forget()]);
  }

  /** When what a user logs in with expires: access keys never do. */
  #expiryOf(user: string, hash: string): number | undefined {
    if (user !== defaultUser) return this.#ground.expiryOf(user, hash);
    const keys = Object.values(this.#facts?.database?.accessKeys ?? {});
    return keys.some((key) => sha256(key) === hash) ? Infinity : undefined;
  }

  async #closePaths(): Promise<void> {
    this.#facts = undefined; // No condition of the Redis is to open them again.
    await this.#pathWork.idle().catch(this.#onObstacle);
    await this.#paths.close();
  }

  /** Paths follow the Redis: they close when it does not come up, and open again when it has. */
  #onCondition(): void {
    if (this.#facts === undefined) return;
    this.#pathWork.push(this.#facts).catch(this.#onObstacle);
  }

  /** The facts with what keeps the database's Redis from coming up, by which paths are closed. */
  #withTrouble(facts: ClusterFacts): ClusterFacts {
    const { database } = facts;
    const isSame = database !== undefined && this.#database?.identity === databaseFolderName(database);
    const trouble = isSame ? this.#database?.redis?.trouble : undefined;
    if (database === undefined || trouble === undefined) return facts;
    return { ...facts, database: { ...database, failure: database.failure ?? `${trouble} It is tried again.` } };
  }

  async #applyDatabase(facts: ClusterFacts): Promise<void> {
    const { database } = facts;
    const identity = database === undefined ? undefined : databaseFolderName(database);
    if (this.#database?.identity !== identity) await this.#dropDatabase();
    if (database === undefined || identity === undefined) return;
    this.#database ??= { identity, redis: undefined };
    if (database.failure !== undefined) return await this.#stopRedis();
    this.#database.redis ??= this.#newDatabase(identity);
    const { tokens, limits, placeholder } = this.#ground;
    const wanted = wantedRedis(facts, database, { tokens: tokens(), limits, placeholder });
    void this.#database.redis.apply(wanted);
    return undefined;
  }

  #newDatabase(identity: string): RedisDatabase {
    const { binary, runFolder, clock, log } = this.#ground;
    return new RedisDatabase({
      binary,
      folder: this.#folderOf(identity),
      socketPath: join(runFolder, `${identity}.sock`),
      clock,
      log,
      onCondition: () => this.#onCondition(),
    });
  }

  async #stopRedis(): Promise<void> {
    const redis = this.#database?.redis;
    if (this.#database !== undefined) this.#database.redis = undefined;
    await redis?.close();
  }

  async #dropDatabase(): Promise<void> {
    const identity = this.#database?.identity;
    await this.#stopRedis();
    this.#database = undefined;
    if (identity !== undefined) await rm(this.#folderOf(identity), { recursive: true, force: true });
  }

  #folderOf(identity: string): string {
    return join(this.#ground.redisFolder, identity);
  }
}

/** What a database's folder is called; one that is made anew under the same id has another. */
export const databaseFolderName = ({ key, createdAtMs }: DatabaseFacts): string => shortHash(`${key} ${createdAtMs}`);
