import { isSame } from "../../../arm/resource-id.ts";
import type { OperationError } from "../../../store/operations.ts";
import type { DatabaseDataPlane } from "../data-plane.ts";
import type { StoredDatabase } from "../databases/database.ts";
import { badRequest, refuseFaults, refused } from "../errors.ts";
import type { AssignmentRequest } from "./assignment-request.ts";
import { defaultAccessString, invalidAccessString, type StoredAssignment } from "./assignment.ts";

/** Permissions cannot be used with modules (documented 2026): their commands are in none of the categories yet. */
export function refuseStringBesideModules({ document }: StoredDatabase, { accessString }: AssignmentRequest): void {
  if (accessString === defaultAccessString || document.modules.length === 0) return;
  const why = `cannot be assigned on a database with modules, where it must be '${defaultAccessString}'.`;
  refuseFaults([refused("properties.accessString", accessString, why)]);
}

/** A user has one set of permissions on a database. */
export function refuseSecondAssignment(
  others: readonly StoredAssignment[],
  database: StoredDatabase,
  { objectId }: AssignmentRequest,
): void {
  const twin = others.find(({ document }) => isSame(document.objectId, objectId));
  if (twin === undefined) return;
  throw badRequest(
    `The user '${objectId}' already has the access policy assignment '${twin.document.name}' on the database '${database.id}'.`,
  );
}

/**
 * Why permissions cannot be applied, in Redis's own words; undefined when they can. The database's Redis decides. When it cannot be
 * asked, they are checked against Redis's documentation, by categories but not by commands.
 */
export async function accessStringFailure(
  dataPlane: DatabaseDataPlane | undefined,
  { databaseId, accessString }: { databaseId: string; accessString: string },
): Promise<OperationError | undefined> {
  if (accessString === defaultAccessString) return undefined;
  const parts = accessString.split(/\s+/).filter((part) => part !== "");
  const invalid = parts.find((part) => !permissionPattern.test(part));
  const message =
    invalid === undefined
      ? await redisProblem(dataPlane, { databaseId, accessString, parts })
      : problemOf(hidden(invalid), "Syntax error");
  return message === undefined ? undefined : { code: invalidAccessString, message };
}

async function redisProblem(
  dataPlane: DatabaseDataPlane | undefined,
  { databaseId, accessString, parts }: { databaseId: string; accessString: string; parts: readonly string[] },
): Promise<string | undefined> {
  const finding = await dataPlane?.checkAccessString(databaseId, accessString);
  return finding === undefined ? documentedProblem(parts) : finding.problem;
}

/**
 * What permits or forbids (redis.io: ACL rules). Redis also accepts passwords, `on` and `off`, and selectors; an assignment may not
 * contain them.
 */
const permissionPattern =
  /^(?:[+-][^()]+|[~&][^()]*|%(?:R|W|RW|WR)~[^()]*|allkeys|allcommands|allchannels|nocommands|resetkeys|resetchannels)$/i;

/** A part that may be a password is not repeated. */
const hidden = (part: string): string => (/^[<>#!]/.test(part) ? `${part.slice(0, 1)}…` : part);

const problemOf = (part: string, why: string): string => `ERR Error in ACL SETUSER modifier '${part}': ${why}`;

/** The categories of Redis 7. */
const categories: ReadonlySet<string> = new Set(
  "all keyspace read write set sortedset list hash string bitmap hyperloglog geo stream pubsub admin fast slow blocking dangerous connection transaction scripting".split(
    " ",
  ),
);

function documentedProblem(parts: readonly string[]): string | undefined {
  const unknown = parts.find((part) => /^[+-]/.test(part) && !isKnown(part.slice(1)));
  if (unknown !== undefined) return problemOf(unknown, "Unknown command or category name in ACL");
  return superfluousIn(parts, keyRules) ?? superfluousIn(parts, channelRules);
}

const isKnown = (name: string): boolean =>
  name.startsWith("@") ? categories.has(name.slice(1).toLowerCase()) : /^[a-z][\w.-]*(?:\|[\w.-]+)?$/i.test(name);

/** The parts of an access string that are about keys, or about channels. */
interface PatternRules {
  /** Permits what fits a pattern. */
  readonly some: RegExp;
  /** Permits everything. */
  readonly all: RegExp;
  /** Removes what was permitted before. */
  readonly reset: RegExp;
  /** What Redis says of a pattern after one that permits everything. */
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

/** The problem of a pattern that has no effect, because everything is permitted before it. */
function superfluousIn(parts: readonly string[], rules: PatternRules): string | undefined {
  let hasAll = false;
  for (const part of parts) {
    if (rules.all.test(part)) hasAll = true;
    else if (rules.reset.test(part)) hasAll = false;
    else if (hasAll && rules.some.test(part)) return problemOf(part, rules.why);
  }
  return undefined;
}
