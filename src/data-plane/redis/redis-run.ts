import { randomBytes } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import { orAborted, type Closable } from "../../kernel/shutdown.ts";
import { redisLimits } from "../limits.ts";
import { aclChange, denyingRules, permissionError, type AclRules } from "./acl.ts";
import { configLines } from "./config-syntax.ts";
import { serveAllSlots, unassignedAddress } from "./one-node-cluster.ts";
import { adminLines, connectAdmin, type RedisAdmin } from "./redis-admin.ts";
import type { RedisBinary } from "./redis-binary.ts";
import { moduleLines } from "./redis-modules.ts";
import { endOrphanedServer, RedisProcess } from "./redis-process.ts";
import { RedisError } from "./redis-replies.ts";
import type { RedisConfig, WantedRedis } from "./wanted-redis.ts";

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

/** One run of a database's server, from its start to its end: its process, our connection, and what was applied to it. */
export class RedisRun implements Closable {
  readonly fixed: RedisConfig;
  readonly admin: RedisAdmin;
  readonly #process: RedisProcess;
  readonly #log: Log;
  #live: RedisConfig;
  #acl: AclRules | undefined;
  #redisVersion = "";
  /** Added to the rules of every user. */
  #denials: readonly string[] = [];

  private constructor(options: { process: RedisProcess; admin: RedisAdmin; wanted: WantedRedis; log: Log }) {
    this.#process = options.process;
    this.admin = options.admin;
    this.fixed = options.wanted.fixed;
    this.#live = options.wanted.live;
    this.#log = options.log;
  }

  /**
   * Starts a server and resolves once clients can use it. @throws how it ended, when it ends before that
   * @param keepsData whether the dump in the folder is loaded although the database is not persistent
   */
  static async start(options: RunOptions, wanted: WantedRedis, keepsData: boolean): Promise<RedisRun> {
    const { folder, socketPath, log, clock, binary } = options;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await endOrphanedServer(folder, clock);
    await rm(socketPath, { force: true });
    // A cluster's nodes never outlive a server: any other node could only come from an intruder.
    await rm(join(folder, clusterNodesFile), { force: true });
    if (!wanted.isPersistent && !keepsData) await rm(join(folder, dumpFile), { force: true });
    const password = randomBytes(32).toString("base64url");
    const config = await configuration(options, wanted, password);
    const process = await RedisProcess.start({ binary, folder, config, clock });
    const admin = connectAdmin({ socketPath, password });
    // Rejects before the connection is closed, so that the reason is how the server ended.
    const endedEarly = process.ended.then((how): never => {
      throw new Error(how);
    });
    void process.ended.then(() => admin.close());
    const run = new RedisRun({ process, admin, wanted, log });
    const isLate = rejectUnlessListening(process, admin, clock);
    try {
      await orAborted(Promise.race([run.#prepare(wanted), endedEarly, isLate]), options.closing);
    } catch (cause) {
      await run.close();
      throw cause;
    }
    if (!wanted.isPersistent) await rm(join(folder, dumpFile), { force: true });
    return run;
  }

  /** Resolves when the server has ended, with a sentence that says how. */
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

  /** Applies what can be applied to a running server: the ACL first, since a setting may be refused. */
  async update(wanted: WantedRedis): Promise<void> {
    await this.#applyAcl(wanted.acl);
    for (const [name, value] of Object.entries(wanted.live)) {
      if (this.#live[name] !== value) await this.admin.call("CONFIG", "SET", name, value);
    }
    this.#live = wanted.live;
  }

  /**
   * Resolves with whether the server replies to a command that is sent now. It waits as long as the server is busy, also
   * with an earlier command of ours. MONITOR does not show the command.
   */
  async isAnswering(): Promise<boolean> {
    try {
      await this.admin.call("SLOWLOG", "LEN");
      return true;
    } catch (cause) {
      return cause instanceof RedisError; // BUSY, for example, while a script runs.
    }
  }

  /** Ends the server, which saves its data if it is persistent. */
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
    if (change.disconnectsAll) {
      for (const type of ["normal", "pubsub"]) await this.admin.call("CLIENT", "KILL", "TYPE", type, "SKIPME", "yes");
    }
    this.#acl = applied;
  }

  /** A user whose permissions Redis does not understand is reset, so that they have no access; other users keep theirs. */
  async #setUser(user: string, rules: readonly string[]): Promise<void> {
    try {
      await this.admin.call("ACL", "SETUSER", user, ...rules, ...this.#denials);
    } catch (cause) {
      const why = permissionError(cause);
      if (why === undefined) throw cause;
      this.#log.warn({ user, why }, "Redis refused the permissions of a user, who has no access.");
      await this.admin.call("ACL", "SETUSER", user, "reset");
    }
  }
}

function rejectUnlessListening(process: RedisProcess, admin: RedisAdmin, clock: Clock): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const seconds = redisLimits.listenMs / 1_000;
  const cancel = clock.wakeIn(redisLimits.listenMs, () =>
    reject(new Error(`It did not listen within ${seconds} seconds. ${process.lastLine}`.trimEnd())),
  );
  void Promise.race([admin.connected, process.ended]).then(cancel);
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
    ...(isCluster ? { bind: `-${await unassignedAddress()}` } : {}),
    unixsocket: socketPath,
    unixsocketperm: "600",
    dir: folder,
    dbfilename: dumpFile,
    daemonize: "no",
    "enable-debug-command": "local",
    // A share of `maxmemory`, in addition to it: replies that wait for clients who do not read them are not limited otherwise.
    "maxmemory-clients": "100%",
    "stop-writes-on-bgsave-error": "no",
  };
  return [
    ...configLines({ ...own, ...wanted.fixed, ...wanted.live }),
    ...adminLines(password),
    ...(await moduleLines(binary, wanted.modules, log)),
  ];
}
