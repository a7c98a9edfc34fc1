import type { ResourceType, TypeOperations } from "../../arm/resource-type.ts";

export const authorizationNamespace = "Microsoft.Authorization";

/** A type that is put on any scope, reached in any well-formed api-version: clients send very different ones. */
export const extensionType = (name: string, operations: TypeOperations): ResourceType => ({
  namespace: authorizationNamespace,
  types: [name],
  apiVersions: "any",
  locations: [],
  scope: "extension",
  tracked: false,
  listed: true,
  operations,
});
