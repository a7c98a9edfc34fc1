import type { RedisBinary } from "../../data-plane/redis/redis-binary.ts";
import { readServerNote } from "../../data-dir/server-file.ts";
import { exitCodes, type Command } from "../command.ts";
import { configFlag } from "../settings/resolve.ts";
import { settingFields } from "../settings/fields.ts";

/** Checks what Cuprite needs on the machine. */
export const doctor: Command = {
  name: "doctor",
  summary: "Check what Cuprite needs on this machine.",
  flags: [settingFields.dataDir.flag, settingFields.redisModules.flag, configFlag],
  async run({ terminal, settings: { dataDir, redisModules } }) {
    const { findProgram, findRedis } = await import("../../data-plane/redis/redis-binary.ts");
    const { clientsWithin, descriptorLimit } = await import("../../data-plane/limits.ts");
    const { findAddressScheme } = await import("../../data-plane/addresses.ts");
    const [redis, scheme, client] = await Promise.all([
      findRedis(terminal.env, { moduleFolder: redisModules }),
      findAddressScheme(),
      findProgram("redis-cli", terminal.env),
    ]);
    const origin = readServerNote(dataDir)?.origin;
    terminal.print(`node       ${process.version}, ${process.execPath}`);
    terminal.print(`redis      ${"found" in redis ? `${redis.found.version}, ${redis.found.path}` : redis.missing}`);
    if ("found" in redis) terminal.print(`modules    ${await describeModules(redis.found)}`);
    terminal.print(`redis-cli  ${client ?? "is not on PATH: `cuprite connect` needs it"}`);
    terminal.print(`clients    ${describeClients(descriptorLimit(), clientsWithin)}`);
    terminal.print(`addresses  ${schemes[scheme]}`);
    terminal.print(`server     ${origin ?? `does not run on ${dataDir}`}`);
    return "found" in redis ? exitCodes.done : exitCodes.failed;
  },
};

async function describeModules(binary: RedisBinary): Promise<string> {
  const { findModules } = await import("../../data-plane/redis/redis-modules.ts");
  const found = await findModules(binary);
  if (found.size === 0) return "none is installed: databases that ask for one are refused without --lenient-modules";
  return [...found].map(([name, path]) => `${name} (${path})`).join(", ");
}

function describeClients(descriptors: number, clientsWithin: (descriptors: number) => number): string {
  if (!Number.isFinite(descriptors)) return "as many to a database as its SKU takes";
  return `at most ${clientsWithin(descriptors)} to a database, of ${descriptors} descriptors (ulimit -Hn)`;
}

const schemes = {
  addresses: "every path has a loopback address of its own",
  ports: "this machine has one loopback address: every path has a port of its own",
} as const;
