import { resourcesNamespace } from "../../arm/arm-path.ts";
import type { ResourceType, TypeOperations } from "../../arm/resource-type.ts";

/** A type of ARM's own, reached without `/providers/` and in any well-formed api-version. */
export const nativeType = (types: readonly string[], operations: TypeOperations): ResourceType => ({
  namespace: resourcesNamespace,
  types,
  isNative: true,
  apiVersions: "any",
  locations: [],
  scope: "tenant",
  tracked: false,
  listed: true,
  operations,
});
