import { networkResponse } from "../../../arm/arm-response.ts";
import type { ArmResponse } from "../../../arm/arm-response.ts";
import { scopeId } from "../../../arm/resource-id.ts";
import { resourceNotFound } from "../../../arm/errors.ts";
import type { ArmOperation, ArmRequest } from "../../../arm/resource-type.ts";
import { listChildren, listInSubscription } from "../../../store/resources.ts";
import { readAnswer } from "../network-answer.ts";
import type { NetworkServices } from "../network-services.ts";
import { endpointsWithZoneGroup, listZoneGroups } from "../private-dns-zone-groups/zone-group-store.ts";
import { endpointBody } from "./endpoint-body.ts";
import { endpointTypeKey } from "./endpoint-document.ts";
import type { EndpointDocument } from "./endpoint-document.ts";
import { findEndpoint } from "./endpoint-store.ts";
import type { StoredEndpoint } from "./endpoint-store.ts";

const typeAction = "Microsoft.Network/privateEndpoints";

/** One private endpoint. */
export const getEndpoint = ({ store }: NetworkServices): ArmOperation => ({
  action: `${typeAction}/read`,
  display: { operation: "Get Private Endpoint", description: "Reads a private endpoint." },
  async handle({ resourceId, path, apiVersion }) {
    const endpoint = await findEndpoint(store, resourceId);
    if (endpoint === undefined) {
      throw resourceNotFound({ type: typeAction, name: path.names[0] ?? "", group: path.resourceGroup ?? "" });
    }
    const hasZoneGroup = (await listZoneGroups(store, endpoint.key)).length > 0;
    return readAnswer(endpointBody(endpoint, { apiVersion, hasZoneGroup }));
  },
});

/** The private endpoints of a resource group. */
export const listEndpointsOfGroup = (services: NetworkServices): ArmOperation => ({
  action: `${typeAction}/read`,
  display: { operation: "List Private Endpoints of Resource Group", description: "Lists the endpoints of a group." },
  async handle(request) {
    const parent = { parentKey: scopeId(request.path).toLowerCase(), typeKey: endpointTypeKey };
    return listAnswer(services, request, await listChildren<EndpointDocument>(services.store, parent));
  },
});

/** The private endpoints of a subscription. */
export const listEndpoints = (services: NetworkServices): ArmOperation => ({
  action: `${typeAction}/read`,
  display: { operation: "List Private Endpoints", description: "Lists the private endpoints of a subscription." },
  async handle(request) {
    const scope = { subscriptionKey: request.path.subscriptionId?.toLowerCase() ?? "", typeKey: endpointTypeKey };
    return listAnswer(services, request, await listInSubscription<EndpointDocument>(services.store, scope));
  },
});

async function listAnswer(
  { store }: NetworkServices,
  { path, apiVersion }: ArmRequest,
  endpoints: readonly StoredEndpoint[],
): Promise<ArmResponse> {
  const grouped = await endpointsWithZoneGroup(store, path.subscriptionId ?? "");
  const value = endpoints.map((each) => endpointBody(each, { apiVersion, hasZoneGroup: grouped.has(each.key) }));
  return networkResponse(200, { value });
}
