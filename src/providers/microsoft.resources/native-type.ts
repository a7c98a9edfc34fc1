import { resourcesNamespace } from "../../arm/resource-id.ts";
import type { HasAnyRole, MayDo } from "../../arm/caller.ts";
import type { LockedScopes } from "../../arm/pipeline/exchange.ts";
import type { Registry } from "../../arm/registry.ts";
import type { ResourceType, TypeOperations } from "../../arm/resource-type.ts";
import type { UnservedBook } from "../../arm/unserved.ts";
import type { ProviderServices } from "../provider-services.ts";

/** The services of Microsoft.Resources, which lists, shows and removes the resources of all providers. */
export interface ResourcesServices extends ProviderServices {
  /** All types of the server, these included; complete once every provider is made. */
  readonly registry: () => Registry;
  /** Decides which resources of a list its caller may see. */
  readonly mayDo: MayDo;
  readonly hasAnyRole: HasAnyRole;
  readonly lockedScopes: LockedScopes;
  readonly unserved: UnservedBook;
  readonly tenants: readonly Tenant[];
}

/** A directory of principals and subscriptions. */
export interface Tenant {
  readonly tenantId: string;
  readonly displayName: string;
  /** The domain of its users' names. */
  readonly defaultDomain: string;
}

/** A type of ARM's own, with paths without `/providers/`, served in any well-formed api-version. */
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
