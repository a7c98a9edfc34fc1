import type { ArmPath } from "./arm-path.ts";
import type { ResourceType } from "./resource-type.ts";

/**
 * The id that a path addresses, with the published spelling of every literal and the caller's spelling of every name:
 * for a collection or an action, the id of the resource that it belongs to. `scope` is the id of what the resource
 * extends, where that is a resource.
 */
export function canonicalId(path: ArmPath, type: ResourceType, scope = scopeId(path)): string {
  const own = pairs(path.names, type.types);
  if (path.isNative) return own;
  return `${scope}/providers/${type.namespace}${own}`;
}

/** `/subscriptions/{s}/resourceGroups/{rg}` as far as the path has it. */
export function scopeId(path: Pick<ArmPath, "subscriptionId" | "resourceGroup">): string {
  if (path.subscriptionId === undefined) return "";
  const subscription = `/subscriptions/${path.subscriptionId}`;
  return path.resourceGroup === undefined ? subscription : `${subscription}/resourceGroups/${path.resourceGroup}`;
}

function pairs(names: readonly string[], types: readonly string[]): string {
  return names.map((name, index) => `/${types[index] ?? ""}/${name}`).join("");
}
