import { isUuid } from "../../kernel/ids.ts";
import { findResources } from "../../store/resources.ts";
import { extendedPath, ancestorIds, chainIds, parentIds, scopeId } from "../resource-id.ts";
import {
  groupBeingDeleted,
  invalidSubscriptionId,
  parentNotFound,
  providerResourceNotFound,
  resourceGroupNotFound,
  resourceNotFound,
  subscriptionNotFound,
} from "../errors.ts";
import { typeName } from "../resource-type.ts";
import { isBeingDeleted } from "../subscriptions-and-groups.ts";
import type { Exchange, Gate, GateServices, Step } from "./exchange.ts";

/** The subscription in the path must be a GUID and exist. Paths without one pass, and no quota is counted. */
export const findSubscription: Step = async (exchange, { store, quota }) => {
  const { subscriptionId } = exchange.path;
  if (subscriptionId === undefined) return undefined;
  await readScope(exchange, { store });
  const objectId = exchange.caller?.objectId ?? "";
  exchange.quotaHeaders = quota.take({ method: exchange.method, subscriptionId, objectId });
  return undefined;
};

/** Reads the subscription and everything else that the path goes through, for the steps that follow. */
export async function readScope(exchange: Exchange, { store }: Pick<GateServices, "store">): Promise<void> {
  const { subscriptionId } = exchange.path;
  if (subscriptionId === undefined) return;
  if (!isUuid(subscriptionId)) throw invalidSubscriptionId(subscriptionId);
  exchange.found = await findResources(store, ancestorIds(exchange.path));
  const subscription = exchange.found.get(`/subscriptions/${subscriptionId.toLowerCase()}`);
  if (subscription === undefined) throw subscriptionNotFound(subscriptionId);
  exchange.ancestors.push(subscription);
}

/** The resource group in the path must exist, and for a write it must not be being deleted. */
export const findResourceGroup: Gate = (exchange) => {
  const { resourceGroup } = exchange.path;
  if (resourceGroup === undefined || addressesGroupItself(exchange) || exchange.type?.parentsAreStored === false) {
    return undefined;
  }
  const group = exchange.found.get(scopeId(exchange.path).toLowerCase());
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
  const { registry } = services;
  // In the path of an action, the resource acted on is no parent: the handler checks it.
  for (const [index, parentId] of parentIds(exchange.path)
    .slice(0, type.types.length - 1)
    .entries()) {
    const found = exchange.found.get(parentId.toLowerCase());
    if (found !== undefined) exchange.ancestors.push(found);
    else if (registry.find(type.namespace, type.types.slice(0, index + 1))?.tracked === true) {
      const childType = type.types.slice(0, index + 2).join("/");
      throw parentNotFound({ verb: verbs[exchange.method] ?? "action", type: childType, parentId });
    } else throw providerResourceNotFound();
  }
  return undefined;
};

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
