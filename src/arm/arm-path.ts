import type { ArmError } from "./arm-error.ts";
import { invalidRequestUri } from "./errors.ts";

/**
 * What a request's path says. Before `/providers/` a path is pairs of type and name as well, so that
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
