import { KeptBodies } from "../arm/kept-bodies.ts";
import type { LockedScopes } from "../arm/pipeline/exchange.ts";
import { Registry } from "../arm/registry.ts";
import type { ResourceType } from "../arm/resource-type.ts";
import type { UnservedBook } from "../arm/unserved.ts";
import { administratorName, namedUser, defaultTenantId, localDomain } from "../identity/principals/local-principals.ts";
import { OperationEngine } from "../operations/operation-engine.ts";
import type { AccessCheck } from "../providers/microsoft.authorization/access/access-check.ts";
import { microsoftAuthorization } from "../providers/microsoft.authorization/provider.ts";
import type { DatabaseDataPlane } from "../providers/microsoft.cache/data-plane.ts";
import { connectionProxy } from "../providers/microsoft.cache/connection-proxy.ts";
import { microsoftCache } from "../providers/microsoft.cache/provider.ts";
import { microsoftInsights } from "../providers/microsoft.insights/provider.ts";
import { microsoftNetwork } from "../providers/microsoft.network/provider.ts";
import { microsoftResources } from "../providers/microsoft.resources/provider.ts";
import { seedSubscription } from "../providers/microsoft.resources/subscriptions/subscription.ts";
import type { Tenant } from "../providers/microsoft.resources/native-type.ts";
import type { ProviderServices } from "../providers/provider-services.ts";
import type { AppContext } from "./context.ts";
import { seedDemo } from "./demo.ts";
import { memoryShares } from "../store/memory/memory-shares.ts";
import { demoSubscriptionId } from "./settings.ts";

/** What the providers need besides the context. */
interface ProviderOptions {
  readonly access: AccessCheck;
  readonly lockedScopes: LockedScopes;
  readonly unserved: UnservedBook;
  /** The Redis servers; undefined where there are none. */
  readonly databases: DatabaseDataPlane | undefined;
}

/** Mounts all providers, resumes the operations that an earlier process left, and creates what is always there. */
export async function startProviders(context: AppContext, options: ProviderOptions): Promise<Registry> {
  const { store, clock, log, stack } = context;
  const { timing, demo, subscriptions } = context.settings;
  const operations = stack.add("operations", new OperationEngine({ store, clock, log, timing }));
  const registry = mountAll(context, { ...options, timing, operations });
  await operations.start({ storeIsOurs: true });
  await seedSubscriptions(demo ? [demoSubscriptionId, ...subscriptions] : subscriptions, context);
  if (demo) await seedDemo({ ...options, ...options.access, store, clock, log, owner, registry: demoRegistry });
  return registry;

  // The demonstration is complete before the first request, whatever the timing. Its Redis starts with all others.
  function demoRegistry(): Registry {
    const instant = { kind: "instant" } as const;
    const engine = new OperationEngine({ store, clock, log, timing: instant });
    return mountAll(context, { ...options, databases: undefined, timing: instant, operations: engine });
  }
}

const owner = namedUser(defaultTenantId, administratorName);

function mountAll(
  { settings, store, clock, log }: AppContext,
  { timing, operations, databases, ...checks }: ProviderOptions & Pick<ProviderServices, "timing" | "operations">,
): Registry {
  const keptBodies = new KeptBodies({ maxBytes: memoryShares(settings.memoryMb).bodies });
  const services = { store, keptBodies, clock, log, timing, operations };
  const network = microsoftNetwork({ ...services, mayDo: checks.access.mayDo, target: connectionProxy(services) });
  const { consumer } = network;
  const cache = microsoftCache({ ...services, consumer, dataPlane: databases, retiredSkus: settings.retiredSkus });
  const tenants = [{ tenantId: defaultTenantId, displayName: "Cuprite", defaultDomain: localDomain }];
  const takesUnknownPrincipals = settings.unknownPrincipals;
  return mountProviders(services, [...cache, ...network.types], { ...checks, tenants, takesUnknownPrincipals });
}

function seedSubscriptions(ids: readonly string[], { store, clock }: AppContext): Promise<void> {
  return store.write(async (tx) => {
    for (const subscriptionId of ids) {
      const displayName = `Cuprite ${subscriptionId.slice(0, 8)}`;
      await seedSubscription(tx, { subscriptionId, displayName, tenantId: defaultTenantId, nowMs: clock.nowMs() });
    }
  });
}

/** What Resource Manager's own providers need besides the services of every provider. */
interface Mounting {
  readonly access: AccessCheck;
  readonly lockedScopes: LockedScopes;
  readonly unserved: UnservedBook;
  readonly tenants: readonly Tenant[];
  /** Whether roles may be assigned to object ids that the directory does not know. */
  readonly takesUnknownPrincipals?: boolean;
}

/**
 * Puts Resource Manager's own providers beside the others: resources, authorization and the activity log. Registers the
 * operation kinds of all with the engine, and returns the registry of all resource types.
 */
export function mountProviders(
  services: ProviderServices,
  others: readonly ResourceType[],
  { tenants, access, takesUnknownPrincipals = false, ...checks }: Mounting,
): Registry {
  const { mayDo, hasAnyRole } = access;
  const resources = microsoftResources({
    ...services,
    mayDo,
    hasAnyRole,
    tenants,
    ...checks,
    registry: () => registry,
  });
  const authorization = microsoftAuthorization({ ...services, access, takesUnknownPrincipals });
  const insights = microsoftInsights({ ...services, mayDo, registry: () => registry });
  const types = [...resources, ...authorization, ...insights, ...others];
  const registry = new Registry(types);
  services.operations.register(types.flatMap(({ work }) => work ?? []));
  return registry;
}
