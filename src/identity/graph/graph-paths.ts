import { GraphError, notServedHere } from "./graph-error.ts";
import type { GraphType } from "./graph-objects.ts";

/** What a path of Microsoft Graph refers to. */
export type GraphTarget =
  | { readonly kind: "list" | "count"; readonly type: GraphType }
  | { readonly kind: "object"; readonly type: GraphType | "any"; readonly key: Key; readonly below: Below | undefined }
  | { readonly kind: "me"; readonly below: Below | undefined }
  | { readonly kind: "getByIds" };

/** The key of an object: its id, a user's name, or the application id in parentheses. */
export interface Key {
  readonly property: "id" | "appId" | "userPrincipalName";
  readonly value: string;
}

/** A segment below an object: a list that is always empty, or an object that does not exist. */
export type Below = "emptyList" | "nothing" | "memberGroups";

const types: ReadonlyMap<string, GraphType | "any"> = new Map([
  ["users", "user"],
  ["serviceprincipals", "servicePrincipal"],
  ["applications", "application"],
  ["groups", "group"],
  ["directoryobjects", "any"],
]);

/** There are no groups, owners, or credentials of another authority. */
const below: ReadonlyMap<string, Below> = new Map([
  ["owners", "emptyList"],
  ["ownedobjects", "emptyList"],
  ["memberof", "emptyList"],
  ["transitivememberof", "emptyList"],
  ["federatedidentitycredentials", "emptyList"],
  ["manager", "nothing"],
  ["getmembergroups", "memberGroups"],
]);

/** Reads the path below the version. @throws GraphError for what is not served. */
export function readGraphPath(path: string): GraphTarget {
  const [first = "", ...rest] = splitKeys(path);
  const name = first.toLowerCase();
  if (name === "me" && rest.length <= 1) return { kind: "me", below: readBelow(path, rest[0]) };
  const type = types.get(name);
  const target = type === undefined || rest.length > 2 ? undefined : targetIn(type, path, rest);
  if (target === undefined) throw notServedHere(`'${path}'`);
  return target;
}

/** What a path refers to in a collection; undefined for what is not served. */
function targetIn(type: GraphType | "any", path: string, [key, last]: readonly string[]): GraphTarget | undefined {
  if (key === undefined) return type === "any" ? undefined : { kind: "list", type };
  if (key === "$count" && last === undefined) return type === "any" ? undefined : { kind: "count", type };
  const isAction = type === "any" && last === undefined && /^(?:microsoft\.graph\.)?getbyids$/i.test(key);
  if (isAction) return { kind: "getByIds" };
  return { kind: "object", type, key: readKey(key, type), below: readBelow(path, last) };
}

function readBelow(path: string, segment: string | undefined): Below | undefined {
  if (segment === undefined) return undefined;
  const found = below.get(segment.toLowerCase().replace(/^microsoft\.graph\./, ""));
  if (found === undefined) throw notServedHere(`'${path}'`);
  return found;
}

/** `users('key')` is the same as `users/key`; quotes around a key are dropped. */
function splitKeys(path: string): string[] {
  const segments = path.split("/").filter((segment) => segment !== "");
  return segments.map(decode).flatMap((segment) => {
    const found = /^(\w+)\((.*)\)$/s.exec(segment);
    return found === null ? [segment] : [found[1] ?? "", `(${found[2] ?? ""}`];
  });
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new GraphError({ code: "BadRequest", message: `Bad Request - Error in query syntax: '${segment}'.` });
  }
}

function readKey(text: string, type: GraphType | "any"): Key {
  const inner = text.startsWith("(") ? text.slice(1) : text;
  const named = /^(appId|userPrincipalName)='(.*)'$/is.exec(inner);
  if (named !== null) {
    const property = named[1]?.toLowerCase() === "appid" ? "appId" : "userPrincipalName";
    return { property, value: unquoted(named[2] ?? "") };
  }
  const quoted = /^'(.*)'$/s.exec(inner);
  const value = quoted === null ? inner : unquoted(quoted[1] ?? "");
  return { property: type === "user" && value.includes("@") ? "userPrincipalName" : "id", value };
}

const unquoted = (text: string): string => text.replaceAll("''", "'");
