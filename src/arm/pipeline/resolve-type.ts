import { invalidNamespace, invalidType, missingApiVersion } from "../errors.ts";
import type { Step } from "./pipeline.ts";

/** Finds the resource type that the path names, once the api-version is known to be there. */
export const resolveType: Step = (exchange, { registry }) => {
  const version = exchange.query.get("api-version");
  if (version === null || version === "") throw missingApiVersion();
  exchange.apiVersion = version;
  const { namespace, types, names, isNative } = exchange.path;
  const published = registry.typesOf(namespace)[0]?.namespace;
  if (published === undefined) throw invalidNamespace(namespace);
  // What follows the last name may be a collection or a POST action of the type before it.
  const isAction = exchange.method === "POST" && names.length < types.length;
  const type = registry.find(namespace, isAction ? types.slice(0, -1) : types);
  if (type === undefined || (type.isNative ?? false) !== isNative) {
    throw invalidType({ type: types.join("/"), namespace: published, version });
  }
  exchange.type = type;
  return undefined;
};
