import { randomBytes } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../kernel/clock.ts";
import { orAborted } from "../../kernel/or-aborted.ts";
import type { Closable } from "../../kernel/shutdown.ts";
import type { Log } from "../../kernel/log.ts";
import { redisLimits } from "../limits.ts";
import { aclChange, denyingRules } from "./acl.ts";
import type { AclRules } from "./acl.ts";
import { addressOfNobody, serveAllSlots } from "./one-node-cluster.ts";
import { endLeftover, RedisProcess } from "./redis-process.ts";
import { adminLines, connectAdmin } from "./redis-admin.ts";
import type { RedisAdmin } from "./redis-admin.ts";
import type { RedisBinary } from "./redis-binary.ts";
import { configLines } from "./redis-config.ts";
import type { RedisConfig } from "./redis-config.ts";
import { moduleLines } from "./redis-modules.ts";
import type { WantedModule } from "./redis-modules.ts";

/** What a server is to be like. */
export interface WantedRedis {
  readonly live: RedisConfig;
  readonly fixed: RedisConfig;
  readonly acl: AclRules;
  /** Loaded when the server starts; they never change. */
  readonly modules: readonly WantedModule[];
  readonly isPersistent: boolean;
}

interface RunOptions {
  readonly binary: RedisBinary;
  /** Where the server keeps its data. */
  readonly folder: string;
  readonly socketPath: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Aborted when the server is no longer wanted. */
  readonly closing: AbortSignal;
}

export const dumpFile = "dump.rdb";

/** Where a clustered server keeps who is in its cluster (redis.conf: cluster-config-file). */
const clusterNodesFile = "nodes.conf";

/** One run of a database's server, from its start to its end: process, our connection, and what was applied to it. */
export class RedisRun implements Closable {
  readonly fixed: RedisConfig;
  readonly admin: RedisAdmin;
  readonly #process: RedisProcess;
  readonly #log: Log;
  #live: RedisConfig;
  #acl: AclRules | undefined;
  #redisVersion = "";
  /** What every user is denied. */
  #denials: readonly string[] = [];

  private constructor(options: { process: RedisProcess; admin: RedisAdmin; wanted: WantedRedis; log: Log }) {
    this.#process = options.process;
    this.admin = options.admin;
    this.fixed = options.wanted.fixed;
    this.#live = options.wanted.live;
    this.#log = options.log;
  }

  /**
   * Starts a server and answers once clients can use it. @throws with how it ended, when it does before that.
   * @param keepsData whether a dump is there to be loaded although the database is not persistent
   */
  static async start(options: RunOptions, wanted: WantedRedis, keepsData: boolean): Promise<RedisRun> {
    const { folder, socketPath, log, clock, binary } = options;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await endLeftover(folder, clock);
    await rm(socketPath, { force: true });
    // Nothing of a cluster outlives a server: what is in it could only come from somebody who got in.
    await rm(join(folder, clusterNodesFile), { force: true });
    if (!wanted.isPersistent && !keepsData) await rm(join(folder, dumpFile), { force: true });
    const password = randomBytes(32).toString("base64url");
    const config = await configuration(options, wanted, password);
    const process = await RedisProcess.start({ binary, folder, config, clock });
    const admin = await connectAdmin({ socketPath, password });
    void process.ended.then(() => admin.close());
    const run = new RedisRun({ process, admin, wanted, log });
    const early = process.ended.then((how) => Promise.reject(new Error(how)));
    try {
      await orAborted(Promise.race([run.#prepare(wanted), early, deaf(process, admin, clock)]), options.closing);
    } catch (cause) {
      await run.close();
      throw cause;
    }
    if (!wanted.isPersistent) await rm(join(folder, dumpFile), { force: true });
    return run;
  }

  /** Answers when the server has ended, with a sentence on how. */
  get ended(): Promise<string> {
    return this.#process.ended;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** `7.0.15`: the Redis that the server says it is, or is compatible with. */
  get redisVersion(): string {
    return this.#redisVersion;
  }

  /** Applies what can be applied to a running server: who may use it before everything that may fail. */
  async update(wanted: WantedRedis): Promise<void> {
    await this.#applyAcl(wanted.acl);
    for (const [name, value] of Object.entries(wanted.live)) {
      if (this.#live[name] !== value) await this.admin.call("CONFIG", "SET", name, value);
    }
    this.#live = wanted.live;
  }

  /** Ends the server; what is persistent is saved. */
  async close(): Promise<void> {
    await this.admin.close();
    await this.#process.close();
  }

  async #prepare(wanted: WantedRedis): Promise<void> {
    const info = String(await this.admin.call("INFO", "server"));
    this.#redisVersion = /^redis_version:(\S+)/m.exec(info)?.[1] ?? "";
    this.#denials = await denyingRules(this.admin);
    await this.#applyAcl(wanted.acl);
    if (wanted.fixed["cluster-enabled"] === "yes") await serveAllSlots(this.admin);
  }

  async #applyAcl(wanted: AclRules): Promise<void> {
    const change = aclChange(this.#acl, wanted);
    const applied = new Map(this.#acl);
    for (const [user, rules] of change.set) {
      applied.set(user, rules);
      await this.#setUser(user, rules);
    }
    for (const user of change.remove) {
      await this.admin.call("ACL", "DELUSER", user);
      applied.delete(user);
    }
    if (change.cutsAll) {
      for (const type of ["normal", "pubsub"]) await this.admin.call("CLIENT", "KILL", "TYPE", type, "SKIPME", "yes");
    }
    this.#acl = applied;
  }

  /** Permissions that Redis does not understand shut their user out and nobody else. */
  async #setUser(user: string, rules: readonly string[]): Promise<void> {
    try {
      await this.admin.call("ACL", "SETUSER", user, ...rules, ...this.#denials);
    } catch (cause) {
      // Anything else is not about the permissions: a server that is busy with a script refuses everything.
      if (!(cause instanceof Error) || !cause.message.includes("in ACL SETUSER modifier")) throw cause;
      this.#log.warn({ user, why: cause.message }, "Redis does not take the permissions of a user, who is shut out.");
      await this.admin.call("ACL", "SETUSER", user, "reset");
    }
  }
}

/** Fails when a server does not listen in time. */
function deaf(process: RedisProcess, admin: RedisAdmin, clock: Clock): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const seconds = redisLimits.listenMs / 1_000;
  const forget = clock.wakeIn(redisLimits.listenMs, () =>
    reject(new Error(`It did not listen within ${seconds} seconds. ${process.lastLine}`.trimEnd())),
  );
  void Promise.race([admin.connected, process.ended]).then(forget);
  return promise;
}

async function configuration(
  { socketPath, folder, binary, log }: RunOptions,
  wanted: WantedRedis,
  password: string,
): Promise<string[]> {
  const isCluster = wanted.fixed["cluster-enabled"] === "yes";
  const own = {
    port: "0",
    ...(isCluster ? { bind: `-${await addressOfNobody()}` } : {}),
    unixsocket: socketPath,
    unixsocketperm: "600",
    dir: folder,
    dbfilename: dumpFile,
    daemonize: "no",
    "enable-debug-command": "local",
    // Of `maxmemory`, and beside it: replies that wait for clients who do not read them count for nothing else.
    "maxmemory-clients": "100%",
    "stop-writes-on-bgsave-error": "no",
  };
  return [
    ...configLines({ ...own, ...wanted.fixed, ...wanted.live }),
    ...adminLines(password),
    ...(await moduleLines(binary, wanted.modules, log)),
  ];
}
