import type { ResourceType, TypeOperations } from "../../arm/resource-type.ts";
import { regionDisplayNames } from "../../kernel/regions.ts";
import { networkNamespace } from "./network-services.ts";

/** A type of Microsoft.Network, in any well-formed api-version: a first-level one is tracked, its children are not. */
export const networkType = (types: readonly string[], operations: TypeOperations): ResourceType => ({
  namespace: networkNamespace,
  types,
  apiVersions: "any",
  locations: regionDisplayNames,
  scope: "resourceGroup",
  tracked: types.length === 1,
  listed: true,
  operations,
});
