import type { ResourceType, TypeOperations } from "../../arm/resource-type.ts";
import type { ProviderServices } from "../provider-services.ts";
import type { AccessCheck } from "./access/access-check.ts";

/** The services of Microsoft.Authorization. */
export interface AuthorizationServices extends ProviderServices {
  readonly access: AccessCheck;
  /** Whether roles may be assigned to unknown object ids without their principalType. */
  readonly takesUnknownPrincipals?: boolean;
}

export const authorizationNamespace = "Microsoft.Authorization";

/** A type at any scope, served in any well-formed api-version: clients send very different ones. */
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
