import { extendedPath } from "../arm-path.ts";
import { invalidNamespace, invalidType, missingApiVersion } from "../errors.ts";
import { extendedType } from "../registry.ts";
import type { Registry } from "../registry.ts";
import type { ResourceType } from "../resource-type.ts";
import type { Exchange, Gate } from "./exchange.ts";

/** Finds the resource type that the path names, once the api-version is known to be there. */
export const resolveType: Gate = (exchange, { registry }) => {
  const version = exchange.query.get("api-version");
  if (version === null || version === "") throw missingApiVersion();
  exchange.apiVersion = version;
  const { path } = exchange;
  const { namespace, types, isNative } = path;
  const published = registry.typesOf(namespace)[0]?.namespace;
  if (published === undefined) throw invalidNamespace(namespace, types);
  const type = findType(exchange, registry);
  const extended = extendedPath(path);
  const isMisplaced = extended !== undefined && type?.scope !== "extension";
  if (type === undefined || (type.isNative ?? false) !== isNative || isMisplaced) {
    throw invalidType({ type: types.join("/"), namespace: published, version });
  }
  if (extended !== undefined) extendedType(extended, registry, version);
  exchange.type = type;
  return undefined;
};

/** What follows the last name may be a collection, or a POST action of the type before it. */
function findType({ method, path }: Exchange, registry: Registry): ResourceType | undefined {
  const { namespace, types, names } = path;
  const whole = registry.find(namespace, types);
  const isAction = method === "POST" && names.length < types.length && whole?.operations.post === undefined;
  return isAction ? registry.find(namespace, types.slice(0, -1)) : whole;
}
