import { parentIds } from "../ancestor-ids.ts";
import { parentNotFound, providerResourceNotFound } from "../errors.ts";
import type { Step } from "./pipeline.ts";

/**
 * Every resource above the one addressed must exist. ARM knows tracked resources and refuses for them itself; what is
 * not tracked is the provider's to miss.
 */
export const findParents: Step = (exchange, { registry, clock }) => {
  const { type } = exchange;
  if (type === undefined || exchange.path.isNative || type.parentsAreStored === false) return undefined;
  // In the path of an action the resource acted on is no parent: its handler misses it.
  for (const [index, parentId] of parentIds(exchange.path)
    .slice(0, type.types.length - 1)
    .entries()) {
    const found = exchange.found.get(parentId.toLowerCase());
    if (found !== undefined) exchange.ancestors.push(found);
    else if (registry.find(type.namespace, type.types.slice(0, index + 1))?.tracked === true) {
      const childType = type.types.slice(0, index + 2).join("/");
      throw parentNotFound({ verb: verbs[exchange.method] ?? "action", type: childType, parentId });
    } else throw providerResourceNotFound({ ...exchange, nowMs: clock.nowMs() });
  }
  return undefined;
};

const verbs: Readonly<Record<string, string>> = {
  GET: "read",
  HEAD: "read",
  PUT: "write",
  PATCH: "write",
  DELETE: "delete",
};
