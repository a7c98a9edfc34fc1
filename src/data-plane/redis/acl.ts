import { createHash, randomUUID } from "node:crypto";
import type { RedisToken } from "../../store/redis-tokens.ts";
import type { DatabaseFacts } from "../facts.ts";
import { redisLimits } from "../limits.ts";
import type { RedisAdmin } from "./redis-admin.ts";

/** The rules of every user of a database, by name; in each, `reset` comes first, so that they are complete. */
export type AclRules = ReadonlyMap<string, readonly string[]>;

/** User `default` belongs to the access keys. */
export const keyUser = "default";

/** The ACL of a database: who may log in, with what, and what they may do, but for what nobody may (`denyingRules`). */
export function aclRules(database: DatabaseFacts, tokens: readonly RedisToken[]): AclRules {
  const rules = new Map([[keyUser, keyUserRules(database)]]);
  // Documented: Entra authentication is for encrypted connections only.
  if (database.clientProtocol === "Plaintext") return rules;
  for (const { objectId, accessString } of database.assignments) {
    const hashes = tokens.filter((token) => token.objectId === objectId).map(({ hash }) => `#${hash}`);
    if (hashes.length === 0) continue;
    const latest = hashes.slice(-redisLimits.maxTokensPerUser);
    const permissions = permissionsIn(accessString);
    rules.set(objectId, ["reset", "on", ...channelsBefore(permissions), ...latest, ...permissions]);
  }
  return rules;
}

/** What an access string permits, as rules. */
export function permissionRules(accessString: string): readonly string[] {
  const permissions = permissionsIn(accessString);
  return [...channelsBefore(permissions), ...permissions];
}

const permissionsIn = (accessString: string): readonly string[] =>
  accessString.split(/\s+/).filter((part) => permissionPattern.test(part));

/** Published access strings name no channels, so that all are allowed unless something is said of them. */
const channelsBefore = (permissions: readonly string[]): readonly string[] =>
  permissions.some((part) => /^(?:&|allchannels$|resetchannels$)/i.test(part)) ? [] : ["allchannels"];

/** What permits or forbids; not what sets passwords, nor selectors, which would reach round what is denied. */
const permissionPattern = /^(?:[+\-~&%][^()]+|allkeys|allcommands|allchannels|nocommands|resetkeys|resetchannels)$/i;

const keyUserRules = ({ accessKeys }: DatabaseFacts): readonly string[] =>
  accessKeys === undefined
    ? ["reset"]
    : ["reset", "on", ...Object.values(accessKeys).map(passwordRule), "~*", "&*", "+@all"];

const passwordRule = (password: string): string => `#${sha256(password)}`;

/** SHA-256 in hexadecimal, which is how Redis keeps passwords. */
export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** What turns one set of rules into another. */
export interface AclChange {
  /** Users whose rules are to be written, and those rules. */
  readonly set: AclRules;
  /** Users to be removed, whose connections Redis closes by itself. */
  readonly remove: readonly string[];
  /** Whether all clients are to be cut: access keys were switched off or on (documented: for keys and tokens alike). */
  readonly cutsAll: boolean;
}

/** The change from what was applied before to what is wanted; everything when nothing was. */
export function aclChange(before: AclRules | undefined, wanted: AclRules): AclChange {
  const set = new Map([...wanted].filter(([user, rules]) => before?.get(user)?.join(" ") !== rules.join(" ")));
  return {
    set,
    remove: [...(before?.keys() ?? [])].filter((user) => !wanted.has(user)),
    cutsAll: before !== undefined && takesKeys(before) !== takesKeys(wanted),
  };
}

const takesKeys = (rules: AclRules): boolean => rules.get(keyUser)?.includes("on") === true;

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

/**
 * Why a server does not take an access string, in its own words; undefined when it does. It is tried on a user of its own, who
 * has no password and is off. @throws what the server says when it takes no change at all
 */
export async function permissionProblem(admin: RedisAdmin, accessString: string): Promise<string | undefined> {
  const user = `cuprite-try-${randomUUID()}`;
  try {
    await admin.call("ACL", "SETUSER", user, "reset", ...permissionRules(accessString));
    return undefined;
  } catch (cause) {
    if (cause instanceof Error && cause.message.includes("in ACL SETUSER modifier")) return cause.message;
    throw cause;
  } finally {
    await admin.call("ACL", "DELUSER", user);
  }
}
