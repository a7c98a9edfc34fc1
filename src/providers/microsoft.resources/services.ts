import type { HasAnyRole, MayDo } from "../../arm/caller.ts";
import type { LockedScopes } from "../../arm/pipeline/exchange.ts";
import type { Registry } from "../../arm/registry.ts";
import type { UnservedBook } from "../../arm/unserved.ts";
import type { ProviderServices } from "../provider-services.ts";
import type { Tenant } from "./tenants/tenant.ts";

/** What Microsoft.Resources works with: it lists, shows and removes what belongs to the other providers. */
export interface ResourcesServices extends ProviderServices {
  /** All types of the server, these included: known only once every provider is made. */
  readonly registry: () => Registry;
  /** Decides what of a list its caller may see. */
  readonly mayDo: MayDo;
  readonly hasAnyRole: HasAnyRole;
  readonly lockedScopes: LockedScopes;
  readonly unserved: UnservedBook;
  readonly tenants: readonly Tenant[];
}
