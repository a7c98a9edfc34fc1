import type { DatabaseDataPlane } from "../databases/data-plane.ts";

/**
 * Why permissions cannot be applied, in Redis's own words; undefined when they can. The database's Redis judges; where it cannot
 * be asked, a reading of what Redis documents does, which knows the categories but not the commands.
 */
export async function accessStringProblem(
  dataPlane: DatabaseDataPlane | undefined,
  { databaseId, accessString }: { databaseId: string; accessString: string },
): Promise<string | undefined> {
  const parts = accessString.split(/\s+/).filter((part) => part !== "");
  const stranger = parts.find((part) => !permissionPattern.test(part));
  if (stranger !== undefined) return complaint(hidden(stranger), "Syntax error");
  const finding = await dataPlane?.checkAccessString(databaseId, accessString);
  return finding === undefined ? syntaxProblem(parts) : finding.problem;
}

/**
 * What permits or forbids (redis.io: ACL rules). Redis would also take what sets passwords, switches users on and off, and
 * selectors; they are no permissions, and not the assignment's to say.
 */
const permissionPattern =
  /^(?:[+-][^()]+|[~&][^()]*|%(?:R|W|RW|WR)~[^()]*|allkeys|allcommands|allchannels|nocommands|resetkeys|resetchannels)$/i;

/** What may be a password is not repeated. */
const hidden = (part: string): string => (/^[<>#!]/.test(part) ? `${part.slice(0, 1)}…` : part);

const complaint = (part: string, why: string): string => `ERR Error in ACL SETUSER modifier '${part}': ${why}`;

/** The categories of Redis 7. */
const categories: ReadonlySet<string> = new Set(
  "all keyspace read write set sortedset list hash string bitmap hyperloglog geo stream pubsub admin fast slow blocking dangerous connection transaction scripting".split(
    " ",
  ),
);

function syntaxProblem(parts: readonly string[]): string | undefined {
  const unknown = parts.find((part) => /^[+-]/.test(part) && !isKnown(part.slice(1)));
  if (unknown !== undefined) return complaint(unknown, "Unknown command or category name in ACL");
  return superfluousIn(parts, keyRules) ?? superfluousIn(parts, channelRules);
}

const isKnown = (name: string): boolean =>
  name.startsWith("@") ? categories.has(name.slice(1).toLowerCase()) : /^[a-z][\w.-]*(?:\|[\w.-]+)?$/i.test(name);

/** The words about one kind of patterns: which name some, which all, and which take all away. */
interface PatternRules {
  readonly some: RegExp;
  readonly all: RegExp;
  readonly reset: RegExp;
  readonly why: string;
}

const why = (what: string, list: string): string =>
  `Adding a pattern after the * pattern (or the 'all${what}' flag) is not valid and does not have any effect. ` +
  `Try 'reset${what}' to start with an empty list of ${list}`;

const keyRules: PatternRules = {
  some: /^[~%]/,
  all: /^(?:(?:~|%(?:rw|wr)~)\*|allkeys)$/i,
  reset: /^resetkeys$/i,
  why: why("keys", "patterns"),
};

const channelRules: PatternRules = {
  some: /^&/,
  all: /^(?:&\*|allchannels)$/i,
  reset: /^resetchannels$/i,
  why: why("channels", "channels"),
};

/** A pattern that adds nothing, because all is permitted before. */
function superfluousIn(parts: readonly string[], rules: PatternRules): string | undefined {
  let hasAll = false;
  for (const part of parts) {
    if (rules.all.test(part)) hasAll = true;
    else if (rules.reset.test(part)) hasAll = false;
    else if (hasAll && rules.some.test(part)) return complaint(part, rules.why);
  }
  return undefined;
}
