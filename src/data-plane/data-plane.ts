import { mkdir, readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../kernel/clock.ts";
import { messageOf } from "../kernel/errors.ts";
import type { Log } from "../kernel/log.ts";
import { orAborted, type Closable } from "../kernel/shutdown.ts";
import type { RedisToken } from "../store/data-plane.ts";
import type { Store } from "../store/store.ts";
import { openAuthority, tlsPaths } from "../tls/authority.ts";
import { AddressBook, addressLength, findAddressScheme } from "./addresses.ts";
import { AssignedClusters } from "./assigned-clusters.ts";
import { ClusterPlane, databaseFolderName, type ClusterContext } from "./cluster-plane.ts";
import type { ClusterFacts, FactSource } from "./facts.ts";
import type { PathStatus } from "./gateway/cluster-paths.ts";
import { newPlaceholder } from "./gateway/cluster-replies.ts";
import { IssuedTokens } from "./issued-tokens.ts";
import { LatestOnlyQueue } from "./latest-only-queue.ts";
import type { DataPlaneLimits } from "./limits.ts";
import type { RedisAdmin } from "./redis/redis-admin.ts";
import type { RedisBinary } from "./redis/redis-binary.ts";
import { RedisStartError, type RedisDatabase } from "./redis/redis-database.ts";
import { endOrphanedServer } from "./redis/redis-process.ts";
import { openRunDirectory } from "./redis/run-directory.ts";

/** Changes that follow each other faster are applied together. */
const shortestPauseMs = 10;

/** How long to wait before a failed reconciliation is tried again, if nothing changes before. */
const retryMs = 2_000;

interface DataPlaneOptions {
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

interface ManagedCluster {
  readonly plane: ClusterPlane;
  readonly queue: LatestOnlyQueue<void>;
  /** When it may be reconciled again, by the time that the process has run. */
  notBeforeMs: number;
}

/** Brings Redis servers and the paths to them to what the store says, cluster by cluster. */
export class DataPlane implements Closable {
  readonly #options: DataPlaneOptions;
  readonly #tokens: IssuedTokens;
  readonly #clusters = new Map<string, ManagedCluster>();
  readonly #assigned = new AssignedClusters<ClusterPlane>();
  readonly #context = Promise.withResolvers<ClusterContext>();
  #runFolder: string | undefined;
  /** Why clusters could not be reconciled, by their keys, as it was last logged. */
  readonly #loggedFailures = new Map<string, string>();
  #unsubscribe = (): void => undefined;
  #starting = Promise.resolve();
  #isClosed = false;

  /** Nothing runs before `start`. */
  constructor(options: DataPlaneOptions) {
    this.#options = options;
    const onChange = (objectIds: ReadonlySet<string>): void => {
      for (const plane of this.#assigned.to(objectIds)) plane.applyTokens();
    };
    this.#tokens = new IssuedTokens({ ...options, onChange });
    this.#context.promise.catch(() => undefined); // Perhaps nobody is waiting when it is closed.
  }

  /** Begins to follow the store. Resolves when all paths that are to be open are. */
  start(binary: RedisBinary): Promise<void> {
    this.#starting = this.#start(binary);
    this.#starting.catch((cause: unknown) => {
      this.#context.reject(new RedisStartError(`The data plane could not be started. ${messageOf(cause)}`));
    });
    return this.#starting;
  }

  /** Resolves when it has what all clusters need. @throws RedisStartError with one sentence that says why it does not */
  async opened(): Promise<void> {
    await this.#context.promise;
  }

  async #start(binary: RedisBinary): Promise<void> {
    const { store, source } = this.#options;
    const [context] = await Promise.all([this.#openContext(binary), this.#tokens.open()]);
    if (this.#isClosed) return;
    this.#context.resolve(context);
    this.#unsubscribe = store.onChange((keys) => this.#onChange(keys));
    const keys = await source.listClusterKeys();
    await Promise.all(keys.map((key) => this.#scheduleReconcile(key)));
    await this.#removeAbandoned(context);
  }

  /** Every cluster that is known, with its paths as they are now. */
  get clusters(): readonly { readonly facts: ClusterFacts; readonly paths: readonly PathStatus[] }[] {
    return [...this.#clusters.values()].flatMap(({ plane }) => plane.status ?? []);
  }

  /** Adds a token for Redis that is about to be issued. Resolves when the servers that run know it. */
  async addToken(token: RedisToken): Promise<void> {
    await this.#tokens.add(token);
    const planes = this.#assigned.to(new Set([token.objectId]));
    await Promise.all(planes.flatMap(({ redis }) => redis?.settled() ?? []));
  }

  /** Resolves when what the store said at the call was applied to a cluster's Redis, or could not be. */
  async applied(clusterKey: string): Promise<void> {
    const cluster = this.#clusters.get(clusterKey);
    await cluster?.queue.idle();
    await cluster?.plane.redis?.settled();
  }

  /**
   * Resolves when a cluster's Redis runs as the store says, or is not to run at all.
   * @throws RedisStartError when it does not start
   */
  async started(clusterKey: string, signal: AbortSignal): Promise<void> {
    await orAborted(this.#scheduleReconcile(clusterKey), signal);
    await this.#redisOf(clusterKey)?.started(signal);
  }

  /** Restarts a cluster's Redis with the server program that is installed now. @throws RedisStartError when it does not start */
  async upgrade(clusterKey: string, signal: AbortSignal): Promise<void> {
    await orAborted(this.#scheduleReconcile(clusterKey), signal);
    await this.#redisOf(clusterKey)?.upgrade(signal);
  }

  /** `7.0.15`: the Redis that a cluster's server says it is; undefined while none runs. */
  redisVersion(clusterKey: string): string | undefined {
    return this.#redisOf(clusterKey)?.redisVersion;
  }

  /** Why a cluster's Redis does not start, in a sentence; undefined while it runs, may still start or is not to run. */
  startFailure(clusterKey: string): string | undefined {
    return this.#redisOf(clusterKey)?.startFailure;
  }

  #redisOf(clusterKey: string): RedisDatabase | undefined {
    return this.#clusters.get(clusterKey)?.plane.redis;
  }

  /**
   * The connection to a database's Redis, its folder and the size of the cluster's SKU, once the server can be used.
   * @throws RedisStartError when it does not start, and the signal's reason when that is aborted first
   */
  async redisOf(clusterKey: string, signal: AbortSignal): Promise<UsableRedis> {
    await this.#context.promise;
    for (;;) {
      signal.throwIfAborted();
      const { redis, facts } = this.#clusters.get(clusterKey)?.plane ?? {};
      if (redis !== undefined && facts !== undefined) {
        await redis.started(signal);
        return { admin: await redis.admin(signal), folder: redis.folder, sizeInBytes: facts.sizeInBytes };
      }
      await delay(shortestPauseMs, undefined, { signal });
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#unsubscribe();
    this.#context.reject(new Error("The data plane is stopped."));
    await Promise.all([...this.#clusters.values()].map(({ queue }) => queue.idle()));
    await Promise.all([...this.#clusters.values()].map(({ plane }) => plane.close()));
    await this.#starting.catch(() => undefined); // The caller of `start` handles it.
    await this.#tokens.close();
    if (this.#runFolder !== undefined) await rmdir(this.#runFolder).catch(() => undefined); // Not there, or not empty.
  }

  async #openContext(binary: RedisBinary): Promise<ClusterContext> {
    const { store, dataDir, limits, azureCertificates, clock, log } = this.#options;
    const redisFolder = join(dataDir, "redis");
    await mkdir(redisFolder, { recursive: true, mode: 0o700 });
    const [authority, runFolder, scheme] = await Promise.all([
      openAuthority({ dataDir, clock, log }),
      openRunDirectory(dataDir),
      findAddressScheme(),
    ]);
    this.#runFolder = runFolder;
    return {
      addresses: await AddressBook.open({ store, seed: dataDir, scheme }),
      authority,
      binary,
      redisFolder,
      runFolder,
      certificateFolder: join(tlsPaths(dataDir).folder, "clusters"),
      limits,
      azureCertificates,
      placeholder: newPlaceholder(addressLength[scheme]),
      tokens: this.#tokens,
      clock,
      log,
    };
  }

  #onChange(keys: readonly string[]): void {
    const changed = new Set(keys.map((key) => this.#options.source.clusterKeyOf(key)));
    for (const key of changed) if (key !== undefined) void this.#scheduleReconcile(key);
  }

  /** Resolves when a cluster was brought to what it is now. */
  async #scheduleReconcile(key: string): Promise<void> {
    const context = await this.#context.promise;
    if (this.#isClosed) return;
    const cluster = this.#clusters.get(key) ?? this.#newCluster(context, key);
    this.#clusters.set(key, cluster);
    await cluster.queue.push();
  }

  #newCluster(context: ClusterContext, clusterKey: string): ManagedCluster {
    const onFailure = (cause: unknown): void => this.#retryLater(clusterKey, cause);
    const cluster: ManagedCluster = {
      plane: new ClusterPlane(context, { clusterKey, onFailure }),
      queue: new LatestOnlyQueue<void>(() => this.#reconcile(clusterKey, cluster)),
      notBeforeMs: 0,
    };
    return cluster;
  }

  /** Applies the first change at once, and those that follow it closely together. */
  async #reconcile(key: string, cluster: ManagedCluster): Promise<void> {
    // What changed while this one was being removed may be a new cluster with the same name.
    if (this.#clusters.get(key) !== cluster) return await this.#scheduleReconcile(key);
    const waitMs = cluster.notBeforeMs - performance.now();
    if (waitMs > 0) await delay(waitMs);
    await this.#bringUpToDate(key, cluster.plane);
    cluster.notBeforeMs = performance.now() + shortestPauseMs;
    return undefined;
  }

  async #bringUpToDate(key: string, plane: ClusterPlane): Promise<void> {
    if (this.#isClosed) return;
    try {
      const facts = await this.#options.source.readCluster(key);
      // The plane has these facts at once, and tokens that are added from now on have to reach it.
      this.#assigned.set(plane, facts);
      if (facts !== undefined) await plane.apply(facts);
      else await this.#remove(key, plane);
      this.#loggedFailures.delete(key);
    } catch (cause) {
      this.#retryLater(key, cause);
    }
  }

  #retryLater(key: string, cause: unknown): void {
    const { clock, log } = this.#options;
    const why = messageOf(cause);
    // Logged once, since a full disk, for example, may stay full for long.
    if (this.#loggedFailures.get(key) !== why) {
      log.warn({ err: cause, cluster: key }, "A cluster's data plane could not be brought up to date; trying again.");
    }
    this.#loggedFailures.set(key, why);
    clock.wakeIn(retryMs, () => void this.#scheduleReconcile(key));
  }

  async #remove(key: string, plane: ClusterPlane): Promise<void> {
    await plane.remove();
    this.#clusters.delete(key);
  }

  /** Removes folders and addresses of clusters that were deleted while no data plane ran. */
  async #removeAbandoned({ redisFolder, addresses }: ClusterContext): Promise<void> {
    // A cluster that could not be read may exist all the same.
    const all = [...this.#clusters.values()].flatMap(({ plane }) => plane.facts ?? []);
    if (all.length < this.#clusters.size) return;
    const folders = new Set(
      all.flatMap(({ database }) => (database === undefined ? [] : databaseFolderName(database))),
    );
    for (const name of await readdir(redisFolder)) {
      if (folders.has(name)) continue;
      await endOrphanedServer(join(redisFolder, name), this.#options.clock);
      await rm(join(redisFolder, name), { recursive: true, force: true });
    }
    const paths = new Set(all.flatMap(pathKeysOf));
    for (const key of addresses.pathKeys) if (!paths.has(key)) await addresses.release(key);
  }
}

const pathKeysOf = ({ key, connections }: ClusterFacts): string[] => [
  key,
  ...connections.map(({ privateEndpointId }) => privateEndpointId.toLowerCase()),
];
