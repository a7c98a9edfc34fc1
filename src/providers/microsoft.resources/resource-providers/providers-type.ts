import { gatewayResponse, type ArmOperation, type ResourceType } from "../../../arm/resource-type.ts";
import { nativeType, type ResourcesServices } from "../native-type.ts";
import { registerProvider, unregisterProvider } from "./register.ts";
import { namespaceOf, providerBody, subscriptionOf, tenantProviderBody } from "./resource-provider.ts";

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
    const namespaces = registry().namespaces().toSorted();
    return gatewayResponse(200, { value: namespaces.map((each) => providerBody(registry(), each, subscription)) });
  },
});

/** `/providers` and `/providers/{namespace}`: what the server offers, for every caller. */
export const tenantProvidersType = ({ registry }: ResourcesServices): ResourceType =>
  nativeType(["providers"], {
    get: {
      action: "Microsoft.Resources/providers/read",
      display: { operation: "Get Resource Provider", description: "Reads what a resource provider offers." },
      allowsEveryCaller: true,
      handle: async (request) => gatewayResponse(200, tenantProviderBody(registry(), namespaceOf(request, registry()))),
    },
    list: {
      action: "Microsoft.Resources/providers/read",
      display: { operation: "List Resource Providers", description: "Lists all resource providers." },
      allowsEveryCaller: true,
      async handle() {
        const namespaces = registry().namespaces().toSorted();
        return gatewayResponse(200, { value: namespaces.map((each) => tenantProviderBody(registry(), each)) });
      },
    },
  });
