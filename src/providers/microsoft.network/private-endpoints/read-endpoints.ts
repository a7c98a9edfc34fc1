import { networkResponse } from "../../../arm/arm-response.ts";
import { scopeId } from "../../../arm/canonical-id.ts";
import { resourceNotFound } from "../../../arm/errors.ts";
import type { ArmOperation } from "../../../arm/resource-type.ts";
import { listChildren, listInSubscription } from "../../../store/resources.ts";
import { readAnswer } from "../network-answer.ts";
import type { NetworkServices } from "../network-services.ts";
import { endpointBody } from "./endpoint-body.ts";
import { endpointTypeKey } from "./endpoint-document.ts";
import type { EndpointDocument } from "./endpoint-document.ts";
import { findEndpoint } from "./endpoint-store.ts";

const typeAction = "Microsoft.Network/privateEndpoints";

/** One private endpoint. */
export const getEndpoint = ({ store }: NetworkServices): ArmOperation => ({
  action: `${typeAction}/read`,
  display: { operation: "Get Private Endpoint", description: "Reads a private endpoint." },
  async handle({ resourceId, path, apiVersion }) {
    const endpoint = await findEndpoint(store, resourceId);
    if (endpoint !== undefined) return readAnswer(endpointBody(endpoint, { apiVersion, hasZoneGroup: false }));
    throw resourceNotFound({ type: typeAction, name: path.names[0] ?? "", group: path.resourceGroup ?? "" });
  },
});

/** The private endpoints of a resource group. */
export const listEndpointsOfGroup = ({ store }: NetworkServices): ArmOperation => ({
  action: `${typeAction}/read`,
  display: { operation: "List Private Endpoints of Resource Group", description: "Lists the endpoints of a group." },
  async handle({ path, apiVersion }) {
    const parent = { parentKey: scopeId(path).toLowerCase(), typeKey: endpointTypeKey };
    const found = await listChildren<EndpointDocument>(store, parent);
    return networkResponse(200, {
      value: found.map((each) => endpointBody(each, { apiVersion, hasZoneGroup: false })),
    });
  },
});

/** The private endpoints of a subscription. */
export const listEndpoints = ({ store }: NetworkServices): ArmOperation => ({
  action: `${typeAction}/read`,
  display: { operation: "List Private Endpoints", description: "Lists the private endpoints of a subscription." },
  async handle({ path, apiVersion }) {
    const scope = { subscriptionKey: path.subscriptionId?.toLowerCase() ?? "", typeKey: endpointTypeKey };
    const found = await listInSubscription<EndpointDocument>(store, scope);
    return networkResponse(200, {
      value: found.map((each) => endpointBody(each, { apiVersion, hasZoneGroup: false })),
    });
  },
});
