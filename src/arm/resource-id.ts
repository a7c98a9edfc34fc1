import type { ArmError } from "./arm-error.ts";
import { invalidRequestUri } from "./errors.ts";

/** What the id of a resource in a resource group names, in the casing that it is written in. */
interface ResourceId {
  readonly subscriptionId: string;
  readonly group: string;
  /** Namespace and types: `Microsoft.Network/virtualNetworks/subnets`. */
  readonly type: string;
  readonly names: readonly string[];
}

const idPattern = /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/([^/]+)((?:\/[^/]+\/[^/]+)+)$/i;

/** Parses the id of a resource in a resource group; undefined for any other text. */
export function parseResourceId(id: string): ResourceId | undefined {
  const [, subscriptionId, group, namespace, rest] = idPattern.exec(id) ?? [];
  if (subscriptionId === undefined || group === undefined || namespace === undefined || rest === undefined) {
    return undefined;
  }
  const segments = rest.slice(1).split("/");
  const types = segments.filter((_, index) => index % 2 === 0);
  const names = segments.filter((_, index) => index % 2 === 1);
  return { subscriptionId, group, type: [namespace, ...types].join("/"), names };
}

/** Whether two ids, types or names are equal: Azure compares all of them without case. */
export const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** The last segment of an id. */
export const nameOf = (id: string): string => id.slice(id.lastIndexOf("/") + 1);

/** The id one level up: the virtual network of a subnet; the resource group, or other scope, of an outermost resource. */
export function parentIdOf(id: string): string {
  const namespaceEnd = twoSegmentsUp(id, id.length);
  const scopeEnd = twoSegmentsUp(id, namespaceEnd);
  const isOutermost = scopeEnd >= 0 && providersLiteral.test(id.slice(scopeEnd, namespaceEnd));
  return id.slice(0, Math.max(0, isOutermost ? scopeEnd : namespaceEnd));
}

const providersLiteral = /^\/providers\//i;

/** Where the last two segments begin of what is before `end`, with their slash; negative if there are fewer. */
function twoSegmentsUp(id: string, end: number): number {
  const last = end <= 0 ? -1 : id.lastIndexOf("/", end - 1);
  return last <= 0 ? -1 : id.lastIndexOf("/", last - 1);
}

/** The id of the resource group that a resource is in. */
export const groupIdOf = (id: string): string => id.split("/").slice(0, 5).join("/");

/** The name of the resource group that a resource is in; empty where it is in none. */
export const groupOf = (id: string): string => id.split("/")[4] ?? "";

/** The id of the subscription that a resource is in, in lower case; empty where it is in none. */
export function subscriptionKeyOf(id: string): string {
  if (!subscriptionsLiteral.test(id)) return "";
  const end = id.indexOf("/", subscriptionsLength);
  return id.slice(subscriptionsLength, end === -1 ? id.length : end).toLowerCase();
}

const subscriptionsLiteral = /^\/subscriptions\//i;
const subscriptionsLength = "/subscriptions/".length;

/** `/subscriptions/{s}/resourceGroups/{rg}`, or the part of it that the path has. */
export function scopeId(path: Pick<ArmPath, "subscriptionId" | "resourceGroup">): string {
  if (path.subscriptionId === undefined) return "";
  const subscription = `/subscriptions/${path.subscriptionId}`;
  return path.resourceGroup === undefined ? subscription : `${subscription}/resourceGroups/${path.resourceGroup}`;
}

/**
 * The id that a path addresses, with the published spelling of every literal and the caller's spelling of every name:
 * for a collection or an action, the id of the resource that it belongs to. `scope` is the id of what the resource
 * extends, where that is a resource.
 */
export function canonicalId(
  path: ArmPath,
  type: { readonly namespace: string; readonly types: readonly string[] },
  scope = scopeId(path),
): string {
  const own = path.names.map((name, index) => `/${type.types[index] ?? ""}/${name}`).join("");
  return path.isNative ? own : `${scope}/providers/${type.namespace}${own}`;
}

/**
 * The ids of everything above what a path addresses, outermost first: subscription, resource group, parent resources;
 * for an extension resource, also the resource that it extends.
 */
export function ancestorIds(path: ArmPath): string[] {
  const ids = path.subscriptionId === undefined ? [] : [`/subscriptions/${path.subscriptionId}`];
  if (path.resourceGroup !== undefined) ids.push(scopeId(path));
  if (path.isNative) return ids;
  const extended = extendedPath(path);
  return extended === undefined ? [...ids, ...parentIds(path)] : [...ids, ...chainIds(extended)];
}

/** `ancestorIds` in lower case. */
export const ancestorKeys = (path: ArmPath): readonly string[] =>
  (path.memo.ancestorKeys ??= ancestorIds(path).map((id) => id.toLowerCase()));

/** The ids of the parent resources, without the subscription and the resource group. */
export const parentIds = (path: ArmPath): string[] => idsOfLevels(path, path.types.length - 1);

/** The ids of the parent resources, and of the resource itself. */
export const chainIds = (path: ArmPath): string[] => idsOfLevels(path, path.names.length);

function idsOfLevels(path: ArmPath, levels: number): string[] {
  const { namespace, types, names } = path;
  const ids: string[] = [];
  let id = `${scopeId(path)}/providers/${namespace}`;
  for (let level = 0; level < levels; level += 1) {
    id += `/${types[level] ?? ""}/${names[level] ?? ""}`;
    ids.push(id);
  }
  return ids;
}

/**
 * A parsed request path. Before `/providers/` a path is pairs of type and name as well, so that
 * `/subscriptions/{s}/resourceGroups/{rg}` is type `subscriptions/resourceGroups` of Microsoft.Resources.
 */
export interface ArmPath {
  /** The segments, decoded, in the caller's casing. */
  readonly segments: readonly string[];
  readonly subscriptionId: string | undefined;
  readonly resourceGroup: string | undefined;
  /** Segments before the last `providers`; empty when the path has none, or nothing before it. */
  readonly scope: readonly string[];
  readonly namespace: string;
  /** Whether no `/providers/` opens a namespace: subscriptions, resource groups and what is right below them. */
  readonly isNative: boolean;
  readonly types: readonly string[];
  /** As many as `types` for a resource, one fewer for a collection or an action. */
  readonly names: readonly string[];
  /** What is remembered with the path. */
  readonly memo: PathMemo;
}

interface PathMemo {
  /** Whether later requests will have this path too, so that remembering more is worth it. */
  isKept: boolean;
  ancestorKeys: readonly string[] | undefined;
}

export const resourcesNamespace = "Microsoft.Resources";

/** Reads a request path (without its query). Segments match in any case, and empty ones are passed over. */
export const parseArmPath = (path: string): ArmPath => armPathOf(segmentsOf(path));

/**
 * What the path of an extension resource extends, where that is a resource itself; undefined where it is a resource
 * group, a subscription or the tenant.
 */
export function extendedPath({ scope, subscriptionId, resourceGroup }: ArmPath): ArmPath | undefined {
  const plainLength = (subscriptionId === undefined ? 0 : 2) + (resourceGroup === undefined ? 0 : 2);
  return scope.length > plainLength ? armPathOf(scope) : undefined;
}

function armPathOf(segments: readonly string[]): ArmPath {
  const at = providersIndex(segments);
  const own = at === undefined ? segments : segments.slice(at + 2);
  const { types, names } = pairUp(own);
  return {
    segments,
    ...scopeOf(segments),
    scope: at === undefined ? [] : segments.slice(0, at),
    isNative: at === undefined,
    namespace: at === undefined ? resourcesNamespace : (segments[at + 1] ?? ""),
    types,
    names,
    memo: { isKept: false, ancestorKeys: undefined },
  };
}

/** A slash inside a name would make one id of two: of a resource, and of what lies below another. */
function segmentsOf(path: string): string[] {
  const segments: string[] = [];
  for (const segment of path.split("/")) if (segment !== "") segments.push(decode(segment));
  return segments;
}

function decode(segment: string): string {
  if (!segment.includes("%")) return segment;
  const decoded = percentDecoded(segment);
  if (decoded === undefined) throw invalidSegment(segment, "is not correctly percent-encoded");
  if (decoded.includes("/")) throw invalidSegment(segment, "has a slash in it");
  if (controlCharacter.test(decoded)) throw invalidSegment(segment, "has a control character in it");
  return decoded;
}

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const controlCharacter = /[\u0000-\u001F\u007F]/;

const invalidSegment = (segment: string, fault: string): ArmError =>
  invalidRequestUri(`The request URI is invalid because the segment '${segment}' ${fault}.`);

function percentDecoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

function scopeOf(segments: readonly string[]): Pick<ArmPath, "subscriptionId" | "resourceGroup"> {
  const [first, subscriptionId, third, resourceGroup] = segments;
  if (first?.toLowerCase() !== "subscriptions") return { subscriptionId: undefined, resourceGroup: undefined };
  const inGroup = third?.toLowerCase() === "resourcegroups";
  return { subscriptionId, resourceGroup: inGroup ? resourceGroup : undefined };
}

/**
 * Where the last `providers` stands that opens a namespace; a name may be spelled `providers` too, so only places
 * where a type is due count. `/subscriptions/{s}/providers/{ns}`, alone or with `register` and `unregister`, is about
 * the namespace and not inside it.
 */
function providersIndex(segments: readonly string[]): number | undefined {
  let found: number | undefined;
  for (let index = 0; index < segments.length; index += 2) {
    if (segments[index]?.toLowerCase() === "providers" && opensNamespace(segments, index)) found = index;
  }
  return found;
}

function opensNamespace(segments: readonly string[], index: number): boolean {
  const next = segments[index + 2]?.toLowerCase();
  return next !== undefined && next !== "register" && next !== "unregister";
}

function pairUp(segments: readonly string[]): Pick<ArmPath, "types" | "names"> {
  const types: string[] = [];
  const names: string[] = [];
  for (const [index, segment] of segments.entries()) (index % 2 === 0 ? types : names).push(segment);
  return { types, names };
}
