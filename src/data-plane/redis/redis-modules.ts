import { readdir, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Log } from "../../kernel/log.ts";
import type { WantedModule } from "../facts.ts";
import { quoted, quotedBytes, splitArgs } from "./config-syntax.ts";
import type { RedisBinary } from "./redis-binary.ts";

type ModuleName = WantedModule["name"];

/** The names of the modules' files: of Redis 8, Redis Stack and Debian, and of Valkey's own modules. */
const fileNames: Readonly<Record<"redis" | "valkey", Readonly<Record<ModuleName, readonly string[]>>>> = {
  redis: {
    RedisBloom: ["redisbloom.so", "rebloom.so"],
    RediSearch: ["redisearch.so"],
    RedisTimeSeries: ["redistimeseries.so"],
    RedisJSON: ["rejson.so"],
  },
  // Valkey has no time series.
  valkey: {
    RedisBloom: ["libvalkey_bloom.so"],
    RediSearch: ["libsearch.so"],
    RedisTimeSeries: [],
    RedisJSON: ["libjson.so"],
  },
};

/** Where packages put them, in addition to the folders beside the server program. */
const knownFolders = {
  redis: ["/usr/lib/redis/modules", "/usr/lib64/redis/modules", "/usr/local/lib/redis/modules", "/opt/redis-stack/lib"],
  valkey: ["/usr/lib/valkey", "/usr/lib/valkey/modules", "/usr/lib64/valkey/modules", "/usr/local/lib/valkey/modules"],
} as const;

/** The paths of a server program's installed modules, by Azure's names. */
export async function findModules(binary: RedisBinary): Promise<ReadonlyMap<ModuleName, string>> {
  const kind = binary.version === binary.redisVersion ? "redis" : "valkey";
  const found = new Map<ModuleName, string>();
  for (const folder of await foldersOf(binary, kind)) {
    const files = new Set(await readdir(folder).catch(() => [])); // Most of them do not exist.
    for (const [name, candidates] of Object.entries(fileNames[kind]) as [ModuleName, readonly string[]][]) {
      const file = candidates.find((candidate) => files.has(candidate));
      if (file !== undefined && !found.has(name)) found.set(name, join(folder, file));
    }
  }
  return found;
}

async function foldersOf({ path, moduleFolder }: RedisBinary, kind: "redis" | "valkey"): Promise<readonly string[]> {
  const real = await realpath(path).catch(() => path);
  const prefixes = [dirname(dirname(path)), dirname(dirname(real))];
  const beside = prefixes.flatMap((prefix) => [join(prefix, "lib", kind, "modules"), join(prefix, "lib")]);
  return [...(moduleFolder === "" ? [] : [moduleFolder]), ...beside, ...knownFolders[kind]];
}

/**
 * The lines of configuration that load modules. A module that is not installed was stored without being loaded, or was
 * removed since: the database runs without it.
 */
export async function moduleLines(binary: RedisBinary, wanted: readonly WantedModule[], log: Log): Promise<string[]> {
  if (wanted.length === 0) return [];
  const found = await findModules(binary);
  return wanted.flatMap(({ name, args }) => {
    const path = found.get(name);
    if (path !== undefined) return [loadLine(path, splitArgs(args) ?? [])];
    log.warn({ module: name, server: serverName(binary) }, "A module is not installed and is not loaded.");
    return [];
  });
}

/** `loadmodule "/usr/lib/redis/modules/rejson.so" "a"`; no argument can add another line. */
export const loadLine = (path: string, args: readonly string[]): string =>
  ["loadmodule", quoted(path), ...args.map(quotedBytes)].join(" ");

/** `redis-server 7.0.15`. */
export const serverName = ({ path, version }: RedisBinary): string => `${basename(path)} ${version}`;
