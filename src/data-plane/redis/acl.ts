import { randomUUID } from "node:crypto";
import type { RedisToken } from "../../store/data-plane.ts";
import type { DatabaseFacts } from "../facts.ts";
import { redisLimits } from "../limits.ts";
import { defaultUser, sha256, type RedisAdmin } from "./redis-admin.ts";

/** The rules of every user of a database, by name. Each list begins with `reset`, so that it is complete. */
export type AclRules = ReadonlyMap<string, readonly string[]>;

/** The valid tokens of a user, the next to expire first. */
export type TokensOf = (objectId: string) => readonly RedisToken[];

/** Who may log in to a database, with what, and what they may do, before `denyingRules` restrict it. */
export function aclRules(database: DatabaseFacts, tokensOf: TokensOf): AclRules {
  const rules = new Map([[defaultUser, accessKeyRules(database)]]);
  // Documented: Entra authentication is for encrypted connections only.
  if (database.clientProtocol === "Plaintext") return rules;
  for (const { objectId, accessString } of database.assignments) {
    const hashes = tokensOf(objectId).map(({ hash }) => `#${hash}`);
    if (hashes.length === 0) continue;
    const latest = hashes.slice(-redisLimits.maxTokensPerUser);
    const permissions = permissionsIn(accessString);
    rules.set(objectId, ["reset", "on", ...defaultChannels(permissions), ...latest, ...permissions]);
  }
  return rules;
}

/** User `default` logs in with the access keys, and may do everything. */
const accessKeyRules = ({ accessKeys }: DatabaseFacts): readonly string[] =>
  accessKeys === undefined
    ? ["reset"]
    : ["reset", "on", ...Object.values(accessKeys).map((key) => `#${sha256(key)}`), "~*", "&*", "+@all"];

const permissionsIn = (accessString: string): readonly string[] =>
  accessString.split(/\s+/).filter((part) => permissionPattern.test(part));

/** What permits or forbids. Not what sets passwords, and not selectors, which would bypass `denyingRules`. */
const permissionPattern = /^(?:[+\-~&%][^()]+|allkeys|allcommands|allchannels|nocommands|resetkeys|resetchannels)$/i;

/** Published access strings name no channels, so that all are allowed unless the string says otherwise. */
const defaultChannels = (permissions: readonly string[]): readonly string[] =>
  permissions.some((part) => /^(?:&|allchannels$|resetchannels$)/i.test(part)) ? [] : ["allchannels"];

/** What turns one set of rules into another. */
interface AclChange {
  /** Users whose rules are to be written, and those rules. */
  readonly set: AclRules;
  /** Users to be removed. Redis closes their connections. */
  readonly remove: readonly string[];
  /** Whether all clients are disconnected: access keys were switched off or on (documented: for keys and tokens alike). */
  readonly disconnectsAll: boolean;
}

/** The change from what was applied before to what is wanted; everything when nothing was. */
export function aclChange(before: AclRules | undefined, wanted: AclRules): AclChange {
  const set = new Map([...wanted].filter(([user, rules]) => before?.get(user)?.join(" ") !== rules.join(" ")));
  return {
    set,
    remove: [...(before?.keys() ?? [])].filter((user) => !wanted.has(user)),
    disconnectsAll: before !== undefined && acceptsKeys(before) !== acceptsKeys(wanted),
  };
}

const acceptsKeys = (rules: AclRules): boolean => rules.get(defaultUser)?.includes("on") === true;

/**
 * Why a server refuses the permissions of a user, in its own words; undefined when it accepts them, or says something
 * that is not about them: a server that is busy with a script refuses everything.
 */
export const permissionError = (cause: unknown): string | undefined =>
  cause instanceof Error && cause.message.includes("in ACL SETUSER modifier") ? cause.message : undefined;

/**
 * Why a server refuses an access string, in its own words; undefined when it accepts it. It is tried on a temporary user
 * that has no password and is off. @throws what the server says when it accepts no change at all
 */
export async function permissionProblem(admin: RedisAdmin, accessString: string): Promise<string | undefined> {
  const user = `cuprite-try-${randomUUID()}`;
  const permissions = permissionsIn(accessString);
  try {
    await admin.call("ACL", "SETUSER", user, "reset", ...defaultChannels(permissions), ...permissions);
    return undefined;
  } catch (cause) {
    const problem = permissionError(cause);
    if (problem === undefined) throw cause;
    return problem;
  } finally {
    await admin.call("ACL", "DELUSER", user);
  }
}

/**
 * Commands that Azure does not let users run: with them a client could open ports, write files, or take the server away
 * from the gateway.
 */
const denied: readonly string[] = [
  ..."bgrewriteaof bgsave debug failover migrate psync replconf replicaof save shutdown slaveof sync".split(" "),
  "client|no-evict",
  "client|pause",
  "client|unpause",
  "script|debug",
];

/** Commands of which users may run only these subcommands. */
const permittedParts: Readonly<Record<string, readonly string[]>> = {
  acl: ["cat", "whoami"],
  cluster: "countkeysinslot getkeysinslot info keyslot links myid nodes shards slots".split(" "),
  config: ["get"],
  module: ["list"],
};

/**
 * Rules that take the denied commands from a user, and grant nothing: what a user's own permissions leave out stays out.
 * The server lists its own subcommands, since newer ones have more.
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

/** `config|get` and so on: the tenth item that COMMAND INFO returns for each command lists subcommands, the name first. */
function partsOf(described: unknown, index: number): readonly string[] {
  const parts = itemsOf(itemsOf(described)[index])[9];
  return itemsOf(parts).map((part) => String(itemsOf(part)[0]));
}

const itemsOf = (reply: unknown): readonly unknown[] => (Array.isArray(reply) ? reply : []);

const isPermitted = (name: string, part: string): boolean =>
  permittedParts[name]?.includes(part.slice(name.length + 1)) === true;
