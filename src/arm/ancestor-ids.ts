import { extendedPath } from "./arm-path.ts";
import type { ArmPath } from "./arm-path.ts";
import { scopeId } from "./canonical-id.ts";

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

/** The ids of the parent resources alone. */
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
