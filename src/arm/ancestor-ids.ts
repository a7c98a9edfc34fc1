import type { ArmPath } from "./arm-path.ts";
import { scopeId } from "./canonical-id.ts";

/** The ids of everything that a path goes through, outermost first: subscription, resource group, parent resources. */
export function ancestorIds(path: ArmPath): string[] {
  const ids = path.subscriptionId === undefined ? [] : [`/subscriptions/${path.subscriptionId}`];
  if (path.resourceGroup !== undefined) ids.push(scopeId(path));
  return path.isNative ? ids : [...ids, ...parentIds(path)];
}

/** The ids of the parent resources alone. */
export function parentIds(path: ArmPath): string[] {
  const { namespace, types, names } = path;
  const ids: string[] = [];
  let id = `${scopeId(path)}/providers/${namespace}`;
  for (let level = 0; level < types.length - 1; level += 1) {
    id += `/${types[level] ?? ""}/${names[level] ?? ""}`;
    ids.push(id);
  }
  return ids;
}
