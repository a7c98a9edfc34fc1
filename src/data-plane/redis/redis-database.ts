import { rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../../kernel/clock.ts";
import { messageOf } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import { orAborted, type Closable } from "../../kernel/shutdown.ts";
import { DatabaseConnection } from "../gateway/database-connection.ts";
import { LatestOnlyQueue } from "../latest-only-queue.ts";
import { redisLimits } from "../limits.ts";
import type { RedisAdmin } from "./redis-admin.ts";
import type { RedisBinary } from "./redis-binary.ts";
import { RedisRun } from "./redis-run.ts";
import { isSameConfig, type WantedRedis } from "./wanted-redis.ts";

/** A database's server does not start, and one more attempt is not likely to help. The message says what happened. */
export class RedisStartError extends Error {
  override readonly name = "RedisStartError";
}

interface DatabaseOptions {
  readonly binary: RedisBinary;
  readonly folder: string;
  readonly socketPath: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Called whenever `isUp` or `startFailure` has changed. */
  readonly onStateChange?: () => void;
}

/** The Redis of one database: keeps a server running and brings it to what is wanted. */
export class RedisDatabase implements Closable {
  readonly folder: string;
  readonly #options: DatabaseOptions;
  readonly #applying = new LatestOnlyQueue<WantedRedis>((wanted) => this.#apply(wanted));
  #wanted: WantedRedis | undefined;
  #applied: WantedRedis | undefined;
  #run: RedisRun | undefined;
  #ready = Promise.withResolvers<RedisRun>();
  readonly #closing = new AbortController();
  #failures = 0;
  #startedAtMs = 0;
  /** Since when there is no server. */
  #downSinceMs: number;
  #startFailure: string | undefined;
  /** How many starts and changes have failed since the beginning, and why the last one did. */
  #failedTries = 0;
  #lastFailure = "";
  /** Resolves at the end of the next start or change, failed or not. */
  #nextTry = Promise.withResolvers<void>();
  /** Whether a newer server program is to be run. */
  #isOutdated = false;
  /** Whether the next start loads what the last server has saved, persistent or not. */
  #keepsData = false;
  #cancelRetry = (): void => undefined;

  constructor(options: DatabaseOptions) {
    this.#options = options;
    this.folder = options.folder;
    this.#downSinceMs = options.clock.steadyMs();
    this.#ready.promise.catch(() => undefined); // Nobody may be waiting when it is closed.
  }

  /** Brings the server to what is wanted. Resolves when that, or something newer, is done or has failed. */
  apply(wanted: WantedRedis): Promise<void> {
    this.#wanted = wanted;
    return this.#applying.push(wanted);
  }

  /** Resolves when what was wanted last is applied, or could not be. */
  settled(): Promise<void> {
    return this.#applying.idle();
  }

  /**
   * Resolves once a server runs as wanted last, or none is wanted any more.
   * @throws RedisStartError when several starts fail or it takes too long
   */
  async started(signal: AbortSignal): Promise<void> {
    const late = AbortSignal.timeout(redisLimits.longestStartMs);
    try {
      await this.#untilStarted(AbortSignal.any([signal, late]));
    } catch (cause) {
      if (this.#isClosed) return;
      if (!late.aborted || signal.aborted) throw cause;
      throw new RedisStartError(`It was not ready within ${redisLimits.longestStartMs / 1_000} seconds.`);
    }
  }

  /** Restarts with the server program that is on the disk now, and keeps the keys. Resolves once a server runs. */
  async upgrade(signal: AbortSignal): Promise<void> {
    if (this.#wanted === undefined) return;
    this.#isOutdated = true;
    void this.#applying.push(this.#wanted);
    await this.started(signal);
  }

  /** `7.0.15`: the Redis that the server says it is; undefined while there is none. */
  get redisVersion(): string | undefined {
    return this.#run?.redisVersion;
  }

  /** Our connection, once the server can be used. @throws when this is closed before */
  async admin(signal?: AbortSignal): Promise<RedisAdmin> {
    const run = await orAborted(this.#ready.promise, signal);
    return run.admin;
  }

  /** A new connection for a client. Waits for a server that is starting. @throws when the wait is aborted */
  async connect(until: () => AbortSignal): Promise<DatabaseConnection> {
    let signal: AbortSignal | undefined;
    for (;;) {
      const run = this.#run ?? (await orAborted(this.#ready.promise, (signal ??= until())));
      const connection = await this.#dial(run);
      if (connection !== undefined) return connection;
      // The server is being restarted, or has just died, and its end is not reported yet.
      await delay(redisLimits.reconnectMs, undefined, { signal: (signal ??= until()) });
    }
  }

  /**
   * A connection to the server that runs now; undefined when that has ended. The socket of a server that was killed takes
   * connections until the system has closed it, so only a reply to what was sent after the connection shows that there
   * is still a server.
   */
  async #dial(run: RedisRun): Promise<DatabaseConnection | undefined> {
    const connection = await DatabaseConnection.dial(this.#options.socketPath);
    if (connection === undefined) return undefined;
    if ((await run.isAnswering()) && this.#run === run) return connection;
    connection.socket.destroy();
    return undefined;
  }

  /** Whether clients can use a server. */
  get isUp(): boolean {
    return this.#run !== undefined;
  }

  /** Whether clients can use a server that has everything that was wanted last. */
  get isUpToDate(): boolean {
    return this.isUp && this.#applied === this.#wanted;
  }

  /** Why no server starts, although it is tried again and again; undefined while one runs, or may still start. */
  get startFailure(): string | undefined {
    return this.#startFailure;
  }

  /** The process id of the server; undefined while there is none. */
  get pid(): number | undefined {
    return this.#run?.pid;
  }

  get #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#cancelRetry();
    this.#ready.reject(new Error("The database's Redis server is stopped."));
    this.#endTry();
    await Promise.all([this.#run?.close(), this.#applying.idle()]);
    await rm(this.#options.socketPath, { force: true });
  }

  async #apply(wanted: WantedRedis): Promise<void> {
    if (this.#isClosed) return;
    try {
      if (this.#run !== undefined && this.#mustRestart(this.#run, wanted)) await this.#restart(this.#run, wanted);
      else if (this.#run === undefined) await this.#start(wanted);
      else await this.#run.update(wanted);
      this.#applied = wanted;
      this.#endTry();
    } catch (cause) {
      if (this.#run === undefined) this.#retryStart(cause);
      else this.#retryChange(cause);
    }
  }

  #mustRestart(run: RedisRun, wanted: WantedRedis): boolean {
    return this.#isOutdated || !isSameConfig(run.fixed, wanted.fixed);
  }

  async #untilStarted(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const before = this.#failedTries;
    const manyTriesUntilMs = clock.steadyMs() + redisLimits.listenMs;
    for (;;) {
      const tried = this.#nextTry.promise;
      await orAborted(this.#applying.idle(), signal);
      if (this.#isClosed || this.#isAsWanted) return;
      const failures = this.#failedTries - before;
      const enough = clock.steadyMs() < manyTriesUntilMs ? redisLimits.startTries : 1;
      if (failures >= enough) throw new RedisStartError(this.#lastFailure);
      await orAborted(tried, signal);
    }
  }

  get #isAsWanted(): boolean {
    return this.#run !== undefined && this.#wanted !== undefined && !this.#mustRestart(this.#run, this.#wanted);
  }

  /** A restart for new settings keeps the keys, persistent or not. */
  async #restart(run: RedisRun, wanted: WantedRedis): Promise<void> {
    this.#dropRun();
    try {
      if (!wanted.isPersistent) await orAborted(run.admin.call("SAVE"), this.#closing.signal);
    } catch (cause) {
      if (this.#isClosed) await run.close();
      else this.#useRun(run); // Its keys exist nowhere else.
      throw cause;
    }
    this.#keepsData = true;
    await run.close();
    await this.#start(wanted);
  }

  async #start(wanted: WantedRedis): Promise<void> {
    const { clock, log } = this.#options;
    const startedAtMs = clock.steadyMs();
    this.#cancelRetry();
    const run = await RedisRun.start({ ...this.#options, closing: this.#closing.signal }, wanted, this.#keepsData);
    if (this.#isClosed) return await run.close();
    this.#isOutdated = false;
    this.#keepsData = false;
    this.#startedAtMs = startedAtMs;
    this.#useRun(run);
    log.debug({ folder: this.folder, pid: run.pid, ms: clock.steadyMs() - startedAtMs }, "A Redis server is ready.");
    return undefined;
  }

  /** Lets clients use a server, which may have ended already. */
  #useRun(run: RedisRun): void {
    this.#run = run;
    this.#startFailure = undefined;
    this.#ready.resolve(run);
    this.#options.onStateChange?.();
    void run.ended.then((how) => this.#onEnd(run, how));
  }

  #onEnd(run: RedisRun, how: string): void {
    if (this.#isClosed || this.#run !== run) return;
    if (this.#options.clock.steadyMs() - this.#startedAtMs > redisLimits.soundAfterMs) this.#failures = 0;
    this.#dropRun();
    this.#retryStart(new Error(how));
  }

  #dropRun(): void {
    this.#run = undefined;
    this.#downSinceMs = this.#options.clock.steadyMs();
    this.#options.onStateChange?.();
    this.#ready = Promise.withResolvers();
    this.#ready.promise.catch(() => undefined);
  }

  #setStartFailure(why: string): void {
    if (this.#startFailure === why) return;
    this.#startFailure = why;
    this.#options.onStateChange?.();
  }

  #endTry(): void {
    this.#nextTry.resolve();
    this.#nextTry = Promise.withResolvers();
  }

  #retryStart(cause: unknown): void {
    if (this.#isClosed) return;
    const waitMs = Math.min(redisLimits.firstRestartMs * 2 ** this.#failures, redisLimits.longestRestartMs);
    this.#failures += 1;
    const isLong = this.#options.clock.steadyMs() - this.#downSinceMs >= redisLimits.listenMs;
    if (isLong || this.#failures >= redisLimits.startTries) this.#setStartFailure(messageOf(cause));
    this.#retry(cause, { waitMs, message: "A Redis server is not running; starting it again." });
  }

  /** A server that is busy with a script, or cannot write, refuses changes, but access that was withdrawn must end. */
  #retryChange(cause: unknown): void {
    if (this.#isClosed) return;
    const message = "A Redis server could not be changed; trying again.";
    this.#retry(cause, { waitMs: redisLimits.changeAgainMs, message });
  }

  #retry(cause: unknown, { waitMs, message }: { waitMs: number; message: string }): void {
    const { clock, log } = this.#options;
    const why = messageOf(cause);
    this.#failedTries += 1;
    this.#lastFailure = why;
    this.#endTry();
    log.warn({ folder: this.folder, why, waitMs }, message);
    this.#cancelRetry();
    this.#cancelRetry = clock.wakeIn(waitMs, () => {
      if (this.#wanted !== undefined) void this.#applying.push(this.#wanted);
    });
  }
}
