import { findResource } from "../../store/resources.ts";
import { scopeId } from "../canonical-id.ts";
import { parentNotFound, providerResourceNotFound } from "../errors.ts";
import type { ResourceType } from "../resource-type.ts";
import type { Exchange } from "./exchange.ts";
import type { Step } from "./pipeline.ts";

/**
 * Every resource above the one addressed must exist. ARM knows tracked resources and refuses for them itself; what is
 * not tracked is the provider's to miss.
 */
export const findParents: Step = async (exchange, { store, registry, clock }) => {
  const { type } = exchange;
  if (type === undefined || exchange.path.isNative || type.parentsAreStored === false) return undefined;
  for (const [parent, parentId] of parentsOf(exchange, type)) {
    const found = await findResource(store, parentId);
    if (found !== undefined) exchange.ancestors.push(found);
    else if (registry.find(type.namespace, type.types.slice(0, parent))?.tracked === true) {
      const childType = type.types.slice(0, parent + 1).join("/");
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

/** How many levels down each parent is, and its id, outermost first. */
function* parentsOf({ path }: Exchange, type: ResourceType): Generator<[number, string]> {
  let id = `${scopeId(path)}/providers/${type.namespace}`;
  for (let level = 0; level < type.types.length - 1; level += 1) {
    id += `/${type.types[level] ?? ""}/${path.names[level] ?? ""}`;
    yield [level + 1, id];
  }
}
