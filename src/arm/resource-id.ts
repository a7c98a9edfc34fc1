import { extendedPath } from "./arm-path.ts";
import type { ArmPath } from "./arm-path.ts";
import type { ResourceType } from "./resource-type.ts";

/** What the id of a resource in a resource group names, in the casing that it is written in. */
export interface ResourceId {
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
  const segments = id.split("/");
  const isOutermost = segments.at(-4)?.toLowerCase() === "providers";
  return segments.slice(0, isOutermost ? -4 : -2).join("/");
}

/** The id of the resource group that a resource is in. */
export const groupIdOf = (id: string): string => id.split("/").slice(0, 5).join("/");

/** The name of the resource group that a resource is in; empty where it is in none. */
export const groupOf = (id: string): string => id.split("/")[4] ?? "";

/** The id of the subscription that a resource is in, in lower case; empty where it is in none. */
export const subscriptionKeyOf = (id: string): string =>
  (/^\/subscriptions\/([^/]*)/i.exec(id)?.[1] ?? "").toLowerCase();

/** `/subscriptions/{s}/resourceGroups/{rg}` as far as the path has it. */
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
export function canonicalId(path: ArmPath, type: ResourceType, scope = scopeId(path)): string {
  const own = path.names.map((name, index) => `/${type.types[index] ?? ""}/${name}`).join("");
  return path.isNative ? own : `${scope}/providers/${type.namespace}${own}`;
}

/**
 * The ids of everything that a path goes through, outermost first: subscription, resource group, parent resources;
 * for an extension resource, what it extends and that one's parents.
 */
export function ancestorIds(path: ArmPath): string[] {
  const ids = path.subscriptionId === undefined ? [] : [`/subscriptions/${path.subscriptionId}`];
  if (path.resourceGroup !== undefined) ids.push(scopeId(path));
  if (path.isNative) return ids;
  const extended = extendedPath(path);
  return extended === undefined ? [...ids, ...parentIds(path)] : [...ids, ...chainIds(extended)];
}

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
