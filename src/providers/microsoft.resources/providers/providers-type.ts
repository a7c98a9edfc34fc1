import { gatewayResponse } from "../../../arm/arm-response.ts";
import type { ArmOperation, ResourceType } from "../../../arm/resource-type.ts";
import { nativeType } from "../native-type.ts";
import type { ResourcesServices } from "../services.ts";
import { namespaceOf, sortedNamespaces } from "./find-namespace.ts";
import { providerBody } from "./provider-body.ts";
import { registerProvider, unregisterProvider } from "./registration.ts";
import { subscriptionOf } from "./subscription-of.ts";

/** `/subscriptions/{id}/providers`, one of them, and its registration. */
export const providersType = (services: ResourcesServices): ResourceType =>
  nativeType(["subscriptions", "providers"], {
    get: getProvider(services),
    list: listProviders(services),
    actions: { register: registerProvider(services), unregister: unregisterProvider(services) },
  });

const action = "Microsoft.Resources/subscriptions/providers/read";

const getProvider = ({ registry, store }: ResourcesServices): ArmOperation => ({
  action,
  display: { operation: "Get Resource Provider", description: "Reads a resource provider and its registration." },
  allowsAnyRoleInScope: true,
  async handle(request) {
    const namespace = namespaceOf(request, registry());
    return gatewayResponse(200, providerBody(registry(), namespace, await subscriptionOf(store, request)));
  },
});

const listProviders = ({ registry, store }: ResourcesServices): ArmOperation => ({
  action,
  display: {
    operation: "List Resource Providers",
    description: "Lists all resource providers and their registration.",
  },
  allowsAnyRoleInScope: true,
  async handle(request) {
    const subscription = await subscriptionOf(store, request);
    const value = sortedNamespaces(registry()).map((name) => providerBody(registry(), name, subscription));
    return gatewayResponse(200, { value });
  },
});
