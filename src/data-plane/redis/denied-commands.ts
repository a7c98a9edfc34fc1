import type { RedisAdmin } from "./redis-admin.ts";

/**
 * Commands that Azure keeps to itself: with them a client could open ports, write files, or take the server away from
 * the gateway.
 */
const denied: readonly string[] = [
  ..."bgrewriteaof bgsave debug failover migrate psync replconf replicaof save shutdown slaveof sync".split(" "),
  "client|no-evict",
  "client|pause",
  "client|unpause",
  "script|debug",
];

/** Commands of which it keeps all but these to itself. */
const permittedParts: Readonly<Record<string, readonly string[]>> = {
  acl: ["cat", "whoami"],
  cluster: "countkeysinslot getkeysinslot info keyslot links myid nodes shards slots".split(" "),
  config: ["get"],
  module: ["list"],
};

/**
 * Rules that take from a user what nobody may have, and give nothing: what a user's own permissions leave out stays out.
 * The server is asked what it has, as newer ones have more.
 */
export async function denyingRules(admin: RedisAdmin): Promise<readonly string[]> {
  const names = Object.keys(permittedParts);
  const described = await admin.call("COMMAND", "INFO", ...names);
  const parts = names.flatMap((name, index) => {
    const all = partsOf(described, index);
    return all.length === 0 ? [name] : all.filter((part) => !isPermitted(name, part));
  });
  return [...denied, ...parts].map((name) => `-${name}`);
}

/** `config|get` and so on: the tenth of what COMMAND INFO answers for each, in which the name is the first. */
function partsOf(described: unknown, index: number): readonly string[] {
  const parts = itemsOf(itemsOf(described)[index])[9];
  return itemsOf(parts).map((part) => String(itemsOf(part)[0]));
}

const itemsOf = (reply: unknown): readonly unknown[] => (Array.isArray(reply) ? reply : []);

const isPermitted = (name: string, part: string): boolean =>
  permittedParts[name]?.includes(part.slice(name.length + 1)) === true;
