import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, realpath, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import { orAborted } from "../../kernel/shutdown.ts";
import type { WantedModule } from "../facts.ts";
import { redisLimits } from "../limits.ts";
import { configLines, quoted, quotedBytes, splitArgs } from "./config-syntax.ts";
import { adminLines, connectAdmin } from "./redis-admin.ts";
import type { RedisBinary } from "./redis-binary.ts";
import { RedisProcess } from "./redis-process.ts";

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
const serverName = ({ path, version }: RedisBinary): string => `${basename(path)} ${version}`;

/** What was found out about a module that a new database asks for. */
export type ModuleFinding =
  /** It will be loaded. The version is the one that it reports to the server: `2.10.5`. */
  | { readonly version: string | undefined }
  /** Why it cannot be loaded, to end the sentence "The module '…' ". */
  | { readonly refusal: string };

interface CheckOptions {
  readonly binary: RedisBinary;
  /** Whether modules that are not installed are accepted. */
  readonly isLenient: boolean;
  /** A folder where a unix socket's path is short enough. */
  readonly socketFolder: string;
  readonly clock: Clock;
}

interface Loadable {
  readonly module: WantedModule;
  readonly path: string;
  readonly args: readonly string[];
}

/** Loads modules with their arguments into a temporary server. Resolves with a finding for each, in the same order. */
export async function checkModules(wanted: readonly WantedModule[], options: CheckOptions): Promise<ModuleFinding[]> {
  const files = await findModules(options.binary);
  const loadable: Loadable[] = [];
  const findings = wanted.map((module): ModuleFinding => {
    const path = files.get(module.name);
    const args = splitArgs(module.args);
    if (args === undefined) return { refusal: "has arguments with a quote that is not closed." };
    if (path !== undefined) loadable.push({ module, path, args });
    return path !== undefined || options.isLenient ? { version: undefined } : { refusal: absence(options.binary) };
  });
  if (loadable.length === 0 || findings.some((finding) => "refusal" in finding)) return findings;
  const tried = await tryOut(loadable, options);
  return wanted.map(({ name }, index) => tried.get(name) ?? findings[index] ?? { version: undefined });
}

const absence = (binary: RedisBinary): string =>
  `is not installed for ${serverName(binary)} (${binary.path}): install it, name its folder with --redis-modules, ` +
  "or have --lenient-modules store modules without loading them.";

/** Findings by the modules' names. */
async function tryOut(
  loadable: readonly Loadable[],
  options: CheckOptions,
): Promise<ReadonlyMap<string, ModuleFinding>> {
  const { binary, socketFolder, clock } = options;
  const folder = await mkdtemp(join(socketFolder, "cuprite-modules-"));
  const socketPath = join(folder, "s");
  const password = randomBytes(32).toString("base64url");
  const config = [
    ...configLines({ port: "0", unixsocket: socketPath, unixsocketperm: "600", dir: folder, save: "" }),
    ...adminLines(password),
    ...loadable.map(({ path, args }) => loadLine(path, args)),
  ];
  const process = await RedisProcess.start({ binary, folder, config, clock });
  const admin = connectAdmin({ socketPath, password });
  try {
    const late = AbortSignal.timeout(redisLimits.listenMs);
    const listed = await orAborted(Promise.race([admin.call("MODULE", "LIST"), process.ended]), late);
    if (typeof listed === "string")
      return new Map([refusalOf(loadable, binary, { ended: listed, output: process.output })]);
    return versionsOf(loadable, listed);
  } finally {
    await admin.close();
    await process.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Redis names the module that it did not load, and says why in the line before. */
function refusalOf(
  loadable: readonly Loadable[],
  binary: RedisBinary,
  { ended, output }: { ended: string; output: string },
): [name: string, finding: ModuleFinding] {
  const lines = output.split("\n").map((line) => line.replace(/^\d+:\w .*? [*#.-] /, ""));
  const at = lines.findIndex((line) => line.startsWith("Can't load module"));
  const culprit = loadable.find(({ path }) => lines[at]?.includes(path) === true) ?? loadable[0];
  const why = at > 0 ? (lines[at - 1] ?? ended) : ended;
  return [culprit?.module.name ?? "", { refusal: `cannot be loaded by ${serverName(binary)}: ${why}` }];
}

/** The reply to MODULE LIST has names and values in turn, for each module. */
function versionsOf(loadable: readonly Loadable[], listed: unknown): ReadonlyMap<string, ModuleFinding> {
  const modules = (Array.isArray(listed) ? listed : []).map((entry: unknown) => toFields(entry));
  return new Map(
    loadable.map(({ module, path }) => {
      const version = modules.find((fields) => fields.get("path") === path)?.get("ver");
      return [module.name, { version: typeof version === "number" ? dotted(version) : undefined }];
    }),
  );
}

function toFields(entry: unknown): ReadonlyMap<unknown, unknown> {
  const items: readonly unknown[] = Array.isArray(entry) ? entry : [];
  return new Map(items.flatMap((item, index) => (index % 2 === 0 ? [[item, items[index + 1]] as const] : [])));
}

/** `2.10.5` for 21005, which is how Redis's modules report versions. */
const dotted = (version: number): string =>
  [Math.floor(version / 10_000), Math.floor(version / 100) % 100, version % 100].join(".");
