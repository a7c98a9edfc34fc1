import { rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import { orAborted } from "../../kernel/or-aborted.ts";
import type { Closable } from "../../kernel/shutdown.ts";
import { DatabaseConnection } from "../gateway/database-connection.ts";
import { Latest } from "../latest-only-queue.ts";
import { redisLimits } from "../limits.ts";
import type { RedisAdmin } from "./redis-admin.ts";
import type { RedisBinary } from "./redis-binary.ts";
import { isSameConfig } from "./redis-config.ts";
import { RedisRun } from "./redis-run.ts";
import type { WantedRedis } from "./redis-run.ts";

/** Thrown when a database's server does not start, with how that shows; trying once more is not likely to help. */
export class RedisStartError extends Error {
  override readonly name = "RedisStartError";
}

interface DatabaseOptions {
  readonly binary: RedisBinary;
  readonly folder: string;
  readonly socketPath: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Called whenever `isUp` or `trouble` has changed. */
  readonly onCondition?: () => void;
}

/** The Redis of one database: a server that is kept running and kept as it is wanted. */
export class RedisDatabase implements Closable {
  readonly folder: string;
  readonly #options: DatabaseOptions;
  readonly #latest = new Latest<WantedRedis>((wanted) => this.#apply(wanted));
  #wanted: WantedRedis | undefined;
  #run: RedisRun | undefined;
  #ready = Promise.withResolvers<RedisRun>();
  readonly #closing = new AbortController();
  #failures = 0;
  #startedAtMs = 0;
  /** Since when there is no server. */
  #downSinceMs: number;
  #trouble: string | undefined;
  /** How often a start or a change has failed altogether, why it did last, and what answers at the end of the next try. */
  #failedTries = 0;
  #lastFailure = "";
  #nextTry = Promise.withResolvers<void>();
  /** Whether a newer server program is to be run. */
  #isOutdated = false;
  /** Whether the next start loads what the last server has saved, persistent or not. */
  #keepsData = false;
  #forgetRetry = (): void => undefined;

  constructor(options: DatabaseOptions) {
    this.#options = options;
    this.folder = options.folder;
    this.#downSinceMs = options.clock.steadyMs();
    this.#ready.promise.catch(() => undefined); // Nobody may be waiting when it is closed.
  }

  /** Brings the server to what is wanted; answers when that, or something newer, is done or has failed. */
  apply(wanted: WantedRedis): Promise<void> {
    this.#wanted = wanted;
    return this.#latest.push(wanted);
  }

  /** Answers when what was wanted last is applied, or could not be. */
  settled(): Promise<void> {
    return this.#latest.idle();
  }

  /**
   * Answers once a server runs as wanted last, or none is wanted any more.
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

  /** Runs the server program as it is on the disk now, with the keys as they are; answers once that, or any, runs. */
  async renew(signal: AbortSignal): Promise<void> {
    if (this.#wanted === undefined) return;
    this.#isOutdated = true;
    void this.#latest.push(this.#wanted);
    await this.started(signal);
  }

  /** `7.0.15`: the Redis that the server says it is; undefined while there is none. */
  get redisVersion(): string | undefined {
    return this.#run?.redisVersion;
  }

  /** Answers once the server can be used, with our connection. @throws when it is closed before. */
  async admin(signal?: AbortSignal): Promise<RedisAdmin> {
    const run = await orAborted(this.#ready.promise, signal);
    return run.admin;
  }

  /** A new connection for a client; waits for a server that is starting. @throws when the wait is aborted. */
  async connect(until: () => AbortSignal): Promise<DatabaseConnection> {
    let signal: AbortSignal | undefined;
    for (;;) {
      if (this.#run === undefined) await orAborted(this.#ready.promise, (signal ??= until()));
      const connection = await DatabaseConnection.dial(this.#options.socketPath);
      if (connection !== undefined) return connection;
      // A server that has just died, of whose end we have not heard yet.
      await delay(redisLimits.reconnectMs, undefined, { signal: (signal ??= until()) });
    }
  }

  /** Whether a server takes clients. */
  get isUp(): boolean {
    return this.#run !== undefined;
  }

  /** Why no server comes up, although it is tried again and again; undefined while one runs, or may still start. */
  get trouble(): string | undefined {
    return this.#trouble;
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
    this.#forgetRetry();
    this.#ready.reject(new Error("The database's Redis server is stopped."));
    this.#endTry();
    await Promise.all([this.#run?.close(), this.#latest.idle()]);
    await rm(this.#options.socketPath, { force: true });
  }

  async #apply(wanted: WantedRedis): Promise<void> {
    if (this.#isClosed) return;
    try {
      if (this.#run !== undefined && this.#mustRestart(this.#run, wanted)) await this.#restart(this.#run, wanted);
      else if (this.#run === undefined) await this.#start(wanted);
      else await this.#run.update(wanted);
      this.#endTry();
    } catch (cause) {
      if (this.#run === undefined) this.#startLater(cause);
      else this.#changeLater(cause);
    }
  }

  #mustRestart(run: RedisRun, wanted: WantedRedis): boolean {
    return this.#isOutdated || !isSameConfig(run.fixed, wanted.fixed);
  }

  async #untilStarted(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const before = this.#failedTries;
    const onceUntilMs = clock.steadyMs() + redisLimits.listenMs;
    for (;;) {
      const tried = this.#nextTry.promise;
      await orAborted(this.#latest.idle(), signal);
      if (this.#isClosed || this.#isAsWanted) return;
      const failures = this.#failedTries - before;
      const enough = clock.steadyMs() < onceUntilMs ? redisLimits.startTries : 1;
      if (failures >= enough) throw new RedisStartError(this.#lastFailure);
      await orAborted(tried, signal);
    }
  }

  get #isAsWanted(): boolean {
    return this.#run !== undefined && this.#wanted !== undefined && !this.#mustRestart(this.#run, this.#wanted);
  }

  /** Keys outlive a restart that a change of settings takes, persistent or not. */
  async #restart(run: RedisRun, wanted: WantedRedis): Promise<void> {
    this.#lose();
    try {
      if (!wanted.isPersistent) await orAborted(run.admin.call("SAVE"), this.#closing.signal);
    } catch (cause) {
      if (this.#isClosed) await run.close();
      else this.#take(run); // Its keys are nowhere else.
      throw cause;
    }
    this.#keepsData = true;
    await run.close();
    await this.#start(wanted);
  }

  async #start(wanted: WantedRedis): Promise<void> {
    const { clock, log } = this.#options;
    const startedAtMs = clock.steadyMs();
    this.#forgetRetry();
    const run = await RedisRun.start({ ...this.#options, closing: this.#closing.signal }, wanted, this.#keepsData);
    if (this.#isClosed) return await run.close();
    this.#isOutdated = false;
    this.#keepsData = false;
    this.#startedAtMs = startedAtMs;
    this.#take(run);
    log.debug({ folder: this.folder, pid: run.pid, ms: clock.steadyMs() - startedAtMs }, "A Redis server is ready.");
    return undefined;
  }

  /** Has clients use a server, which may have ended already. */
  #take(run: RedisRun): void {
    this.#run = run;
    this.#trouble = undefined;
    this.#ready.resolve(run);
    this.#options.onCondition?.();
    void run.ended.then((how) => this.#onEnd(run, how));
  }

  #onEnd(run: RedisRun, how: string): void {
    if (this.#isClosed || this.#run !== run) return;
    if (this.#options.clock.steadyMs() - this.#startedAtMs > redisLimits.soundAfterMs) this.#failures = 0;
    this.#lose();
    this.#startLater(new Error(how));
  }

  #lose(): void {
    this.#run = undefined;
    this.#downSinceMs = this.#options.clock.steadyMs();
    this.#options.onCondition?.();
    this.#ready = Promise.withResolvers();
    this.#ready.promise.catch(() => undefined);
  }

  #setTrouble(why: string): void {
    if (this.#trouble === why) return;
    this.#trouble = why;
    this.#options.onCondition?.();
  }

  #noteFailure(why: string): void {
    this.#failedTries += 1;
    this.#lastFailure = why;
    this.#endTry();
  }

  #endTry(): void {
    this.#nextTry.resolve();
    this.#nextTry = Promise.withResolvers();
  }

  #startLater(cause: unknown): void {
    if (this.#isClosed) return;
    const waitMs = Math.min(redisLimits.firstRestartMs * 2 ** this.#failures, redisLimits.longestRestartMs);
    this.#failures += 1;
    const isLong = this.#options.clock.steadyMs() - this.#downSinceMs >= redisLimits.listenMs;
    if (isLong || this.#failures >= redisLimits.startTries) this.#setTrouble(reasonOf(cause));
    this.#applyLater(cause, { waitMs, message: "A Redis server is not running; it is started again." });
  }

  /** A server that is busy with a script, or cannot write, takes no change: access that was withdrawn must still end. */
  #changeLater(cause: unknown): void {
    if (this.#isClosed) return;
    const message = "A Redis server could not be changed; it is tried again.";
    this.#applyLater(cause, { waitMs: redisLimits.changeAgainMs, message });
  }

  #applyLater(cause: unknown, { waitMs, message }: { waitMs: number; message: string }): void {
    const { clock, log } = this.#options;
    const why = reasonOf(cause);
    this.#noteFailure(why);
    log.warn({ folder: this.folder, why, waitMs }, message);
    this.#forgetRetry();
    this.#forgetRetry = clock.wakeIn(waitMs, () => {
      if (this.#wanted !== undefined) void this.#latest.push(this.#wanted);
    });
  }
}

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
