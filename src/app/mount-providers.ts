import type { LockedScopes } from "../arm/pipeline/pipeline.ts";
import { Registry } from "../arm/registry.ts";
import type { UnservedBook } from "../arm/unserved.ts";
import type { AccessCheck } from "../providers/microsoft.authorization/access/access-check.ts";
import { microsoftAuthorization } from "../providers/microsoft.authorization/provider.ts";
import { microsoftInsights } from "../providers/microsoft.insights/provider.ts";
import { microsoftResources } from "../providers/microsoft.resources/provider.ts";
import type { Tenant } from "../providers/microsoft.resources/tenants/tenant.ts";
import type { ProviderServices } from "../providers/provider-services.ts";
import type { Provider } from "../providers/provider.ts";

/** What ARM's own providers work with besides. */
export interface Mounting {
  readonly access: AccessCheck;
  readonly lockedScopes: LockedScopes;
  readonly unserved: UnservedBook;
  readonly tenants: readonly Tenant[];
  /** Whether object ids that nobody knows may be assigned roles. */
  readonly takesUnknownPrincipals?: boolean;
}

/**
 * Puts ARM's own providers beside the others: they list and remove what is theirs, say who may use it, and log what was
 * done. The kinds of work of all are made known to the operation engine; answers the registry of all resource types.
 */
export function mountProviders(
  services: ProviderServices,
  others: readonly Provider[],
  { tenants, access, takesUnknownPrincipals = false, ...checks }: Mounting,
): Registry {
  const { mayDo, isInsider } = access;
  const resources = microsoftResources({
    ...services,
    mayDo,
    isInsider,
    tenants,
    ...checks,
    registry: () => registry,
    removers: () => merged(others.map(({ removers }) => removers)),
    genericViews: () => merged(others.map(({ genericViews }) => genericViews)),
  });
  const authorization = microsoftAuthorization({ ...services, access, takesUnknownPrincipals });
  const insights = microsoftInsights({ ...services, mayDo, registry: () => registry });
  const all: readonly Provider[] = [resources, authorization, insights, ...others];
  const registry = new Registry(all.flatMap(({ types }) => types));
  services.operations.register(all.flatMap(({ kinds }) => kinds));
  return registry;
}

const merged = <Value>(maps: readonly (ReadonlyMap<string, Value> | undefined)[]): ReadonlyMap<string, Value> =>
  new Map(maps.flatMap((map) => [...(map ?? [])]));
