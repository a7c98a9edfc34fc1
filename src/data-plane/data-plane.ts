import { mkdir, readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import { orAborted } from "../kernel/or-aborted.ts";
import type { Closable } from "../kernel/shutdown.ts";
import type { RedisToken } from "../store/redis-tokens.ts";
import type { Store } from "../store/store.ts";
import { openAuthority, tlsPaths } from "../tls/authority.ts";
import { AddressBook, addressLength, findAddressScheme } from "./addresses.ts";
import { ClusterPlane, databaseFolderName } from "./cluster-plane.ts";
import type { PlaneGround } from "./cluster-plane.ts";
import type { ClusterFacts, FactSource } from "./facts.ts";
import type { PathStatus } from "./gateway/cluster-paths.ts";
import { newPlaceholder } from "./gateway/cluster-replies.ts";
import { Latest } from "./latest-only-queue.ts";
import type { DataPlaneLimits } from "./limits.ts";
import { endLeftover } from "./redis/redis-process.ts";
import type { RedisAdmin } from "./redis/redis-admin.ts";
import type { RedisBinary } from "./redis/redis-binary.ts";
import { RedisStartError } from "./redis/redis-database.ts";
import type { RedisDatabase } from "./redis/redis-database.ts";
import { openRunDirectory } from "./redis/run-directory.ts";
import { TokenBook } from "./issued-tokens.ts";

/** Changes that follow each other faster are taken together. */
const shortestPauseMs = 10;

/** What could not be done is tried again after so long, if nothing changes before. */
const retryMs = 2_000;

export interface DataPlaneOptions {
  readonly store: Store;
  readonly source: FactSource;
  readonly dataDir: string;
  readonly limits: DataPlaneLimits;
  /** Whether clusters' certificates have no more names than Azure's. */
  readonly azureCertificates: boolean;
  readonly clock: Clock;
  readonly log: Log;
}

interface UsableRedis {
  readonly admin: RedisAdmin;
  readonly folder: string;
  readonly sizeInBytes: number;
}

interface Tended {
  readonly plane: ClusterPlane;
  readonly reconcile: Latest<void>;
  /** When it may be looked at again, by the time that the process has run. */
  notBeforeMs: number;
}

/** Drives Redis servers and the paths to them to what the store says, cluster by cluster. */
export class DataPlane implements Closable {
  readonly #options: DataPlaneOptions;
  readonly #tokens: TokenBook;
  readonly #tended = new Map<string, Tended>();
  readonly #ground = Promise.withResolvers<PlaneGround>();
  #runFolder: string | undefined;
  /** Why clusters could not be brought up to date, as the log has it already. */
  readonly #toldFailures = new Map<string, string>();
  #unsubscribe = (): void => undefined;
  #starting = Promise.resolve();
  #isClosed = false;

  /** Nothing runs before `start`. */
  constructor(options: DataPlaneOptions) {
    this.#options = options;
    this.#tokens = new TokenBook({ ...options, onChange: (objectIds) => this.#onTokens(objectIds) });
    this.#ground.promise.catch(() => undefined); // Nobody may be waiting when it is closed.
  }

  /** Begins to follow the store; answers when all paths that are to be open are. */
  start(binary: RedisBinary): Promise<void> {
    this.#starting = this.#start(binary);
    this.#starting.catch((cause: unknown) => {
      const why = cause instanceof Error ? cause.message : String(cause);
      // Nobody is to wait for what never comes.
      this.#ground.reject(new RedisStartError(`The data plane could not be started. ${why}`));
    });
    return this.#starting;
  }

  /** Answers when it has what all clusters need. @throws RedisStartError with one sentence on what is in the way */
  async opened(): Promise<void> {
    await this.#ground.promise;
  }

  async #start(binary: RedisBinary): Promise<void> {
    const { store, source } = this.#options;
    const [ground] = await Promise.all([this.#openGround(binary), this.#tokens.open()]);
    if (this.#isClosed) return;
    this.#ground.resolve(ground);
    this.#unsubscribe = store.onChange((keys) => this.#onChange(keys));
    const keys = await source.listClusterKeys();
    await Promise.all(keys.map((key) => this.#touch(key)));
    await this.#tidy(ground);
  }

  /** Every cluster that is known, with its paths as they are now. */
  get clusters(): readonly { readonly facts: ClusterFacts; readonly paths: readonly PathStatus[] }[] {
    return [...this.#tended.values()].flatMap(({ plane }) => plane.status ?? []);
  }

  /** Notes a token for Redis that is about to be handed out; answers when the servers that run know it. */
  async addToken(token: RedisToken): Promise<void> {
    await this.#tokens.add(token);
    await Promise.all(this.#concernedBy(new Set([token.objectId])).map((key) => this.#touch(key)));
    await Promise.all([...this.#tended.values()].map(({ plane }) => plane.redis?.settled() ?? Promise.resolve()));
  }

  /** Answers when what the store said at the call was brought to a cluster's Redis, or could not be. */
  async applied(clusterKey: string): Promise<void> {
    const tended = this.#tended.get(clusterKey);
    await tended?.reconcile.idle();
    await tended?.plane.redis?.settled();
  }

  /**
   * Answers when a cluster's Redis is up and as the store says, or is not to be there at all.
   * @throws RedisStartError when it does not start
   */
  async started(clusterKey: string, signal: AbortSignal): Promise<void> {
    await orAborted(this.#touch(clusterKey), signal);
    await this.#redisOf(clusterKey)?.started(signal);
  }

  /** Has a cluster's Redis run the server program that is installed by now. @throws RedisStartError when it does not. */
  async renew(clusterKey: string, signal: AbortSignal): Promise<void> {
    await orAborted(this.#touch(clusterKey), signal);
    await this.#redisOf(clusterKey)?.renew(signal);
  }

  /** `7.0.15`: the Redis that a cluster's server says it is; undefined while none runs. */
  redisVersion(clusterKey: string): string | undefined {
    return this.#redisOf(clusterKey)?.redisVersion;
  }

  /** Why a cluster's Redis does not come up, in a sentence; undefined while it runs, may still start or is not to be there. */
  troubleOf(clusterKey: string): string | undefined {
    return this.#redisOf(clusterKey)?.trouble;
  }

  #redisOf(clusterKey: string): RedisDatabase | undefined {
    return this.#tended.get(clusterKey)?.plane.redis;
  }

  /**
   * The connection to a database's Redis, its folder and the size of the cluster's SKU, once it can be used.
   * @throws RedisStartError when it does not start, and when the signal comes first
   */
  async redisOf(clusterKey: string, signal: AbortSignal): Promise<UsableRedis> {
    await this.#ground.promise;
    for (;;) {
      signal.throwIfAborted();
      const { redis, status } = this.#tended.get(clusterKey)?.plane ?? {};
      if (redis !== undefined && status !== undefined) {
        const { sizeInBytes } = status.facts;
        await redis.started(signal);
        return { admin: await redis.admin(signal), folder: redis.folder, sizeInBytes };
      }
      await delay(shortestPauseMs, undefined, { signal });
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#unsubscribe();
    this.#ground.reject(new Error("The data plane is stopped."));
    await Promise.all([...this.#tended.values()].map(({ reconcile }) => reconcile.idle()));
    await Promise.all([...this.#tended.values()].map(({ plane }) => plane.close()));
    await this.#starting.catch(() => undefined); // Whoever started it has been told.
    await this.#tokens.close();
    if (this.#runFolder !== undefined) await rmdir(this.#runFolder).catch(() => undefined); // Not there, or not empty.
  }

  async #openGround(binary: RedisBinary): Promise<PlaneGround> {
    const { store, dataDir, limits, azureCertificates, clock, log } = this.#options;
    const redisFolder = join(dataDir, "redis");
    await mkdir(redisFolder, { recursive: true, mode: 0o700 });
    const [authority, runFolder, scheme] = await Promise.all([
      openAuthority({ dataDir, clock, log }),
      openRunDirectory(dataDir),
      findAddressScheme(),
    ]);
    this.#runFolder = runFolder;
    const addresses = await AddressBook.open({ store, seed: dataDir, scheme });
    const certificateFolder = join(tlsPaths(dataDir).folder, "clusters");
    const tokens = (): readonly RedisToken[] => this.#tokens.valid;
    const placeholder = newPlaceholder(addressLength[scheme]);
    const folders = { redisFolder, runFolder, certificateFolder };
    const expiryOf = (user: string, hash: string): number | undefined => this.#tokens.expiryOf(user, hash);
    const chosen = { limits, azureCertificates, expiryOf };
    return { addresses, authority, binary, ...folders, ...chosen, placeholder, tokens, clock, log };
  }

  #onChange(keys: readonly string[]): void {
    const touched = new Set(keys.map((key) => this.#options.source.clusterKeyOf(key)));
    for (const key of touched) if (key !== undefined) void this.#touch(key);
  }

  #onTokens(objectIds: ReadonlySet<string>): void {
    for (const key of this.#concernedBy(objectIds)) void this.#touch(key);
  }

  /** The clusters that some of these users have an assignment on. */
  #concernedBy(objectIds: ReadonlySet<string>): string[] {
    const isConcerned = ({ plane }: Tended): boolean =>
      plane.status?.facts.database?.assignments.some(({ objectId }) => objectIds.has(objectId)) ?? false;
    return [...this.#tended].filter(([, tended]) => isConcerned(tended)).map(([key]) => key);
  }

  /** Looks at a cluster anew; answers when it was brought to what it is now. */
  async #touch(key: string): Promise<void> {
    const ground = await this.#ground.promise;
    if (this.#isClosed) return;
    const known = this.#tended.get(key);
    const tended = known ?? this.#newTended(ground, key);
    this.#tended.set(key, tended);
    await tended.reconcile.push();
  }

  #newTended(ground: PlaneGround, key: string): Tended {
    const reconcile = new Latest<void>(() => this.#reconcile(key, tended));
    const onObstacle = (cause: unknown): void => this.#touchLater(key, cause);
    const tended: Tended = {
      plane: new ClusterPlane(ground, { clusterKey: key, onObstacle }),
      reconcile,
      notBeforeMs: 0,
    };
    return tended;
  }

  /** The first change at once; those that follow it closely are taken together. */
  async #reconcile(key: string, tended: Tended): Promise<void> {
    // What changed while this one was being removed, a cluster of the same name perhaps, is its successor's.
    if (this.#tended.get(key) !== tended) return await this.#touch(key);
    const waitMs = tended.notBeforeMs - performance.now();
    if (waitMs > 0) await delay(waitMs);
    await this.#bringUpToDate(key, tended.plane);
    tended.notBeforeMs = performance.now() + shortestPauseMs;
    return undefined;
  }

  async #bringUpToDate(key: string, plane: ClusterPlane): Promise<void> {
    const { source } = this.#options;
    if (this.#isClosed) return;
    try {
      const facts = await source.readCluster(key);
      if (facts !== undefined) await plane.apply(facts);
      else await this.#remove(key, plane);
      this.#toldFailures.delete(key);
    } catch (cause) {
      this.#touchLater(key, cause);
    }
  }

  #touchLater(key: string, cause: unknown): void {
    const { clock, log } = this.#options;
    const why = cause instanceof Error ? cause.message : String(cause);
    // It may go on as long as a disk is full.
    if (this.#toldFailures.get(key) !== why) {
      log.warn({ err: cause, cluster: key }, "A cluster's data plane could not be brought up to date; trying again.");
    }
    this.#toldFailures.set(key, why);
    clock.wakeIn(retryMs, () => void this.#touch(key));
  }

  async #remove(key: string, plane: ClusterPlane): Promise<void> {
    await plane.remove();
    this.#tended.delete(key);
  }

  /** Drops what belonged to clusters that went while nobody looked. */
  async #tidy({ redisFolder, addresses }: PlaneGround): Promise<void> {
    // What could not be read may be there all the same.
    if ([...this.#tended.values()].some(({ plane }) => plane.status === undefined)) return;
    const { facts, paths } = this.#known;
    for (const name of await readdir(redisFolder)) {
      if (facts.has(name)) continue;
      await endLeftover(join(redisFolder, name), this.#options.clock);
      await rm(join(redisFolder, name), { recursive: true, force: true });
    }
    for (const key of addresses.pathKeys) if (!paths.has(key)) await addresses.release(key);
  }

  get #known(): { facts: ReadonlySet<string>; paths: ReadonlySet<string> } {
    const all = this.clusters.map(({ facts }) => facts);
    return {
      facts: new Set(all.flatMap(({ database }) => (database === undefined ? [] : [databaseFolderName(database)]))),
      paths: new Set([
        ...all.map(({ key }) => key),
        ...all.flatMap(({ connections }) => connections.map((each) => each.privateEndpointId.toLowerCase())),
      ]),
    };
  }
}
