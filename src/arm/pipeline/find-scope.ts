import { isUuid } from "../../kernel/ids.ts";
import { findResources } from "../../store/resources.ts";
import type { StoredResource } from "../../store/store.ts";
import { extendedPath, ancestorKeys, chainIds, parentIds } from "../resource-id.ts";
import {
  groupBeingDeleted,
  invalidSubscriptionId,
  parentNotFound,
  providerResourceNotFound,
  resourceGroupNotFound,
  resourceNotFound,
  subscriptionNotFound,
} from "../errors.ts";
import type { ArmError } from "../arm-error.ts";
import { typeName, type ResourceType } from "../resource-type.ts";
import { isBeingDeleted } from "../subscriptions-and-groups.ts";
import type { Exchange, Gate, GateServices, Step } from "./exchange.ts";

/** The subscription in the path must be a GUID and exist. Paths without one pass, and no quota is counted. */
export const findSubscription: Step = (exchange, { store, quota }) => {
  const { subscriptionId } = exchange.path;
  if (subscriptionId === undefined) return undefined;
  const takeQuota = (): undefined => {
    const objectId = exchange.caller?.objectId ?? "";
    exchange.quotaHeaders = quota.take({ method: exchange.method, subscriptionId, objectId });
  };
  const reading = readScope(exchange, { store });
  return reading === undefined ? takeQuota() : reading.then(takeQuota);
};

/**
 * Reads the subscription and everything else that the path goes through, for the steps that follow; at once if all of it
 * is in memory.
 */
export function readScope(exchange: Exchange, { store }: Pick<GateServices, "store">): Promise<void> | undefined {
  const { subscriptionId } = exchange.path;
  if (subscriptionId === undefined) return undefined;
  if (!isUuid(subscriptionId)) throw invalidSubscriptionId(subscriptionId);
  const keys = ancestorKeys(exchange.path);
  const found = new Map<string, StoredResource>();
  for (const key of keys) {
    const resource = store.cache.get(key);
    if (resource === undefined) return findResources(store, keys).then((all) => takeScope(exchange, all));
    found.set(key, resource);
  }
  takeScope(exchange, found);
  return undefined;
}

function takeScope(exchange: Exchange, found: ReadonlyMap<string, StoredResource>): void {
  const [key = ""] = ancestorKeys(exchange.path);
  exchange.found = found;
  const subscription = found.get(key);
  if (subscription === undefined) throw subscriptionNotFound(exchange.path.subscriptionId ?? "");
  exchange.ancestors.push(subscription);
}

/** The resource group in the path must exist, and for a write it must not be being deleted. */
export const findResourceGroup: Gate = (exchange) => {
  const { resourceGroup } = exchange.path;
  if (resourceGroup === undefined || addressesGroupItself(exchange) || exchange.type?.parentsAreStored === false) {
    return undefined;
  }
  const group = exchange.found.get(ancestorKeys(exchange.path)[1] ?? "");
  if (group === undefined) throw resourceGroupNotFound(resourceGroup);
  if ((exchange.method === "PUT" || exchange.method === "PATCH") && isBeingDeleted(group)) {
    throw groupBeingDeleted(resourceGroup);
  }
  exchange.ancestors.push(group);
  return undefined;
};

const addressesGroupItself = ({ path }: Exchange): boolean =>
  path.isNative && path.types.length === 2 && path.names.length === 2;

/**
 * Every resource above the one addressed must exist. The refusal is ARM's if the missing one is tracked, otherwise the
 * provider's.
 */
export const findParents: Gate = (exchange, services) => {
  const { type, path } = exchange;
  if (type === undefined || path.isNative || type.parentsAreStored === false) return undefined;
  if (type.scope === "extension") return findExtended(exchange, services);
  const keys = ancestorKeys(path);
  // Parents come last. In the path of an action, the resource acted on is no parent: the handler checks it.
  const first = keys.length - (path.types.length - 1);
  for (let level = 1; level < type.types.length; level += 1) {
    const found = exchange.found.get(keys[first + level - 1] ?? "");
    if (found === undefined) throw missingParent(exchange, { type, level }, services);
    exchange.ancestors.push(found);
  }
  return undefined;
};

function missingParent(
  { method, path }: Exchange,
  { type, level }: { type: ResourceType; level: number },
  { registry }: GateServices,
): ArmError {
  const isTracked = registry.find(type.namespace, type.types.slice(0, level))?.tracked === true;
  if (!isTracked) return providerResourceNotFound();
  const childType = type.types.slice(0, level + 1).join("/");
  const parentId = parentIds(path)[level - 1] ?? "";
  return parentNotFound({ verb: verbs[method] ?? "action", type: childType, parentId });
}

/** The resource that an extension resource extends must exist, with all above it. */
function findExtended(exchange: Exchange, { registry }: GateServices): undefined {
  const path = extendedPath(exchange.path);
  if (path === undefined) return;
  for (const [index, id] of chainIds(path).entries()) {
    const found = exchange.found.get(id.toLowerCase());
    if (found !== undefined) {
      exchange.ancestors.push(found);
      continue;
    }
    const type = registry.find(path.namespace, path.types.slice(0, index + 1));
    if (type?.tracked !== true) throw providerResourceNotFound();
    throw resourceNotFound({ type: typeName(type), name: path.names[index] ?? "", group: path.resourceGroup ?? "" });
  }
}

const verbs: Readonly<Record<string, string>> = {
  GET: "read",
  HEAD: "read",
  PUT: "write",
  PATCH: "write",
  DELETE: "delete",
};
