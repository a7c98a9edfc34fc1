import type { MayDo } from "./arm/pipeline/pipeline.ts";
import { Registry } from "./arm/registry.ts";
import { microsoftResources } from "./providers/microsoft.resources/provider.ts";
import type { Tenant } from "./providers/microsoft.resources/tenants/tenant.ts";
import type { ProviderServices } from "./providers/provider-services.ts";
import type { Provider } from "./providers/provider.ts";

/**
 * Puts Microsoft.Resources beside the other providers: it lists and removes what is theirs. Their kinds of work are
 * made known to the operation engine; answers the registry of all resource types.
 */
export function mountProviders(
  services: ProviderServices,
  others: readonly Provider[],
  options: { mayDo: MayDo; tenants: readonly Tenant[] },
): Registry {
  const resources = microsoftResources({
    ...services,
    ...options,
    registry: () => registry,
    removers: () => merged(others.map(({ removers }) => removers)),
    genericViews: () => merged(others.map(({ genericViews }) => genericViews)),
  });
  const all: readonly Provider[] = [resources, ...others];
  const registry = new Registry(all.flatMap(({ types }) => types));
  services.operations.register(all.flatMap(({ kinds }) => kinds));
  return registry;
}

const merged = <Value>(maps: readonly (ReadonlyMap<string, Value> | undefined)[]): ReadonlyMap<string, Value> =>
  new Map(maps.flatMap((map) => [...(map ?? [])]));
