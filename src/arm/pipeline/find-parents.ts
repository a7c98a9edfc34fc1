import { chainIds, parentIds } from "../resource-id.ts";
import { extendedPath } from "../arm-path.ts";
import { parentNotFound, providerResourceNotFound, resourceNotFound } from "../errors.ts";
import { typeName } from "../resource-type.ts";
import type { Exchange, Gate, GateServices } from "./exchange.ts";

/**
 * Every resource above the one addressed must exist. ARM knows tracked resources and refuses for them itself; what is
 * not tracked is the provider's to miss.
 */
export const findParents: Gate = (exchange, services) => {
  const { type, path } = exchange;
  if (type === undefined || path.isNative || type.parentsAreStored === false) return undefined;
  if (type.scope === "extension") return findExtended(exchange, services);
  const { registry } = services;
  // In the path of an action the resource acted on is no parent: its handler misses it.
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

/** What an extension resource is put on must exist, with all above it. */
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
