import { scopeId } from "../resource-id.ts";
import { groupBeingDeleted, resourceGroupNotFound } from "../errors.ts";
import { isBeingDeleted } from "../resource-group.ts";
import type { Exchange, Gate } from "./exchange.ts";

/** The resource group that the path goes through must exist, and take writes only while it is not being deleted. */
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
