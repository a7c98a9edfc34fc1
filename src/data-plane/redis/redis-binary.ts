import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

type Environment = Readonly<Record<string, string | undefined>>;

/** A Redis server program on this machine. */
export interface RedisBinary {
  readonly path: string;
  /** `7.0.15`; Valkey has versions of its own. */
  readonly version: string;
  /** The version of Redis whose commands it has: for Valkey, the one that it says it is compatible with. */
  readonly redisVersion: string;
  /** Where its modules are looked for first; empty for the usual places only. */
  readonly moduleFolder: string;
  /** util-linux's setpriv, with which the kernel ends the server when we end; undefined where there is none. */
  readonly setpriv: string | undefined;
}

/** The result of a search for a Redis server. */
export type RedisSearch =
  | { readonly found: RedisBinary }
  /** One sentence on what to do. */
  | { readonly missing: string };

const programs = ["redis-server", "valkey-server"] as const;

/** The oldest Redis that has `cluster-preferred-endpoint-type` and ACL rules for subcommands. */
const oldestMajor = 7;

/** Looks along PATH for a Redis server that is new enough. */
export async function findRedis(
  env: Environment = process.env,
  { moduleFolder = "" }: { moduleFolder?: string } = {},
): Promise<RedisSearch> {
  // Both programs are asked at the same time: a start waits for them.
  const setpriv = findSetpriv(env);
  let tooOld: string | undefined;
  for (const program of programs) {
    const path = await findProgram(program, env);
    const versions = path === undefined ? undefined : await versionsOf(path);
    if (path === undefined || versions === undefined) continue;
    if (Number.parseInt(versions.version, 10) >= oldestMajor)
      return { found: { path, ...versions, moduleFolder, setpriv: await setpriv } };
    tooOld = `${path} is version ${versions.version}`;
  }
  return { missing: missingSentence(tooOld) };
}

/** BusyBox's setpriv has no such option. */
async function findSetpriv(env: Environment): Promise<string | undefined> {
  const path = process.platform === "linux" ? await findProgram("setpriv", env) : undefined;
  if (path === undefined) return undefined;
  try {
    const { stdout } = await run(path, ["--help"], { timeout: 5_000 });
    return stdout.includes("--pdeathsig") ? path : undefined;
  } catch {
    return undefined; // It does not run here.
  }
}

const missingSentence = (tooOld: string | undefined): string =>
  `${tooOld ?? "No redis-server or valkey-server is on PATH"}: databases have no Redis until version ${oldestMajor} ` +
  `or newer is installed (${advice[process.platform] ?? "see https://redis.io/docs/latest/get-started/"}).`;

const advice: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  linux: "Debian and Ubuntu: sudo apt-get install redis-server; Fedora: sudo dnf install valkey",
  darwin: "brew install redis",
  win32: "use WSL",
};

/** Where a program is along PATH; undefined when it is not there. */
export async function findProgram(name: string, env: Environment): Promise<string | undefined> {
  for (const folder of (env["PATH"] ?? "").split(delimiter)) {
    if (folder === "") continue;
    const path = join(folder, name);
    try {
      await access(path, constants.X_OK);
      return path;
    } catch {
      continue; // Not in this folder.
    }
  }
  return undefined;
}

/** The version that Valkey, since its first release, reports to be compatible with (version.h: REDIS_VERSION). */
const redisOfValkey = "7.2.4";

/** The versions that a server program prints; undefined when it is no Redis. Valkey may be installed as `redis-server`. */
export async function versionsOf(path: string): Promise<Pick<RedisBinary, "version" | "redisVersion"> | undefined> {
  try {
    const { stdout } = await run(path, ["--version"], { timeout: 5_000 });
    const version = /\bv=(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
    if (version === undefined) return undefined;
    return { version, redisVersion: /^valkey/i.test(stdout) ? redisOfValkey : version };
  } catch {
    return undefined; // Another program of that name, or one that does not run here.
  }
}
