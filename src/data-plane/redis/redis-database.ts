import { rm } from "node:fs/promises";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import type { Closable } from "../../kernel/shutdown.ts";
import { Latest } from "../latest.ts";
import { redisLimits } from "../limits.ts";
import type { RedisAdmin } from "./redis-admin.ts";
import type { RedisBinary } from "./redis-binary.ts";
import { isSameConfig } from "./redis-config.ts";
import { RedisRun } from "./redis-run.ts";
import type { WantedRedis } from "./redis-run.ts";

interface DatabaseOptions {
  readonly binary: RedisBinary;
  readonly folder: string;
  readonly socketPath: string;
  readonly clock: Clock;
  readonly log: Log;
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
  #forgetRestart = (): void => undefined;

  constructor(options: DatabaseOptions) {
    this.#options = options;
    this.folder = options.folder;
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

  /** Answers once the server can be used, with our connection. @throws when it is closed before. */
  async admin(signal?: AbortSignal): Promise<RedisAdmin> {
    const run = await orAborted(this.#ready.promise, signal);
    return run.admin;
  }

  /** A new connection for a client; waits for a server that is starting. @throws when the wait is aborted. */
  async connect(until: () => AbortSignal): Promise<Socket> {
    let signal: AbortSignal | undefined;
    for (;;) {
      if (this.#run === undefined) await orAborted(this.#ready.promise, (signal ??= until()));
      const socket = await connected(this.#options.socketPath);
      if (socket !== undefined) return socket;
      // A server that has just died, of whose end we have not heard yet.
      await delay(redisLimits.reconnectMs, undefined, { signal: (signal ??= until()) });
    }
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
    this.#forgetRestart();
    this.#ready.reject(new Error("The database's Redis server is stopped."));
    await Promise.all([this.#run?.close(), this.#latest.idle()]);
    await rm(this.#options.socketPath, { force: true });
  }

  async #apply(wanted: WantedRedis): Promise<void> {
    if (this.#isClosed) return;
    try {
      if (this.#run !== undefined && !isSameConfig(this.#run.fixed, wanted.fixed)) await this.#restart(wanted);
      else if (this.#run === undefined) await this.#start(wanted, false);
      else await this.#run.update(wanted);
    } catch (cause) {
      if (this.#run === undefined) this.#retryLater(cause);
      else this.#options.log.error({ err: cause, folder: this.folder }, "A Redis server could not be changed.");
    }
  }

  /** Keys outlive a restart that a change of settings takes, persistent or not. */
  async #restart(wanted: WantedRedis): Promise<void> {
    const run = this.#run;
    this.#lose();
    if (!wanted.isPersistent) await run?.admin.call("SAVE");
    await run?.close();
    await this.#start(wanted, true);
  }

  async #start(wanted: WantedRedis, keepsData: boolean): Promise<void> {
    const { clock, log } = this.#options;
    const startedAtMs = clock.nowMs();
    this.#forgetRestart();
    const run = await RedisRun.start({ ...this.#options, closing: this.#closing.signal }, wanted, keepsData);
    if (this.#isClosed) return await run.close();
    this.#run = run;
    this.#ready.resolve(run);
    log.debug({ folder: this.folder, pid: run.pid, ms: clock.nowMs() - startedAtMs }, "A Redis server is ready.");
    void run.ended.then((how) => this.#onEnd(run, how, startedAtMs));
    return undefined;
  }

  #onEnd(run: RedisRun, how: string, startedAtMs: number): void {
    if (this.#isClosed || this.#run !== run) return;
    if (this.#options.clock.nowMs() - startedAtMs > redisLimits.soundAfterMs) this.#failures = 0;
    this.#lose();
    void run.admin.close();
    this.#retryLater(new Error(how));
  }

  #lose(): void {
    this.#run = undefined;
    this.#ready = Promise.withResolvers();
    this.#ready.promise.catch(() => undefined);
  }

  #retryLater(cause: unknown): void {
    const { clock, log } = this.#options;
    if (this.#isClosed) return;
    const waitMs = Math.min(redisLimits.firstRestartMs * 2 ** this.#failures, redisLimits.longestRestartMs);
    this.#failures += 1;
    const why = cause instanceof Error ? cause.message : String(cause);
    log.warn({ folder: this.folder, why, waitMs }, "A Redis server is not running; it is started again.");
    this.#forgetRestart = clock.wakeAt(clock.nowMs() + waitMs, () => {
      if (this.#wanted !== undefined) void this.#latest.push(this.#wanted);
    });
  }
}

/** What a promise answers, unless the signal comes first. */
function orAborted<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return promise;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener("abort", onAbort));
}

/** A connection to a unix socket; undefined when nobody listens there. */
function connected(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ path, allowHalfOpen: true });
    socket.once("error", () => resolve(undefined));
    socket.once("connect", () => {
      socket.removeAllListeners("error");
      socket.on("error", () => socket.destroy());
      resolve(socket);
    });
  });
}
