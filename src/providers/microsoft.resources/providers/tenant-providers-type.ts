import { gatewayResponse } from "../../../arm/arm-response.ts";
import type { ArmOperation, ResourceType } from "../../../arm/resource-type.ts";
import { nativeType } from "../native-type.ts";
import type { ResourcesServices } from "../services.ts";
import { namespaceOf, sortedNamespaces } from "./find-namespace.ts";
import { tenantProviderBody } from "./provider-body.ts";

/** `/providers` and `/providers/{namespace}`: what there is, whoever asks. */
export const tenantProvidersType = (services: ResourcesServices): ResourceType =>
  nativeType(["providers"], { get: getProvider(services), list: listProviders(services) });

const action = "Microsoft.Resources/providers/read";

const getProvider = ({ registry }: ResourcesServices): ArmOperation => ({
  action,
  display: { operation: "Get Resource Provider", description: "Reads what a resource provider offers." },
  allowsEveryCaller: true,
  handle: async (request) => gatewayResponse(200, tenantProviderBody(registry(), namespaceOf(request, registry()))),
});

const listProviders = ({ registry }: ResourcesServices): ArmOperation => ({
  action,
  display: { operation: "List Resource Providers", description: "Lists all resource providers." },
  allowsEveryCaller: true,
  async handle() {
    const value = sortedNamespaces(registry()).map((namespace) => tenantProviderBody(registry(), namespace));
    return gatewayResponse(200, { value });
  },
});
