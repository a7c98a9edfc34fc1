import { etagOf } from "../etag.ts";
import type { TaggedBody } from "../etag.ts";
import { knownProperties, propertiesSince } from "../version-properties.ts";
import type { StoredSubnet, StoredVnet } from "../virtual-networks/vnet-store.ts";
import type { SubnetDocument } from "./subnet-document.ts";

const type = "Microsoft.Network/virtualNetworks/subnets";

/** A subnet as clients read it, by itself and inside its virtual network, in the recorded order; they share an etag. */
export function subnetBody({ id, document }: StoredSubnet, vnet: StoredVnet, apiVersion: string): TaggedBody {
  const etag = etagOf({ ...vnet.document, version: vnet.version });
  const view = { apiVersion, since: propertiesSince.subnet };
  const properties = knownProperties(propertiesOf(id, etag, document), view);
  return { name: document.name, id, etag, properties, type };
}

function propertiesOf(id: string, etag: string, document: SubnetDocument): Record<string, unknown> {
  const { provisioningState, serviceEndpoints, defaultOutboundAccess } = document;
  return {
    provisioningState,
    ...prefixesOf(document),
    ...occupancyOf(document),
    ...(serviceEndpoints.length === 0 ? {} : { serviceEndpoints: serviceEndpoints.map(serviceEndpointBody) }),
    delegations: document.delegations.map((each) => delegationBody(each, { subnetId: id, etag })),
    ...(document.occupants.length === 0 ? {} : { purpose: "PrivateEndpoints" }),
    privateEndpointNetworkPolicies: document.privateEndpointNetworkPolicies,
    privateLinkServiceNetworkPolicies: document.privateLinkServiceNetworkPolicies,
    ...(defaultOutboundAccess === undefined ? {} : { defaultOutboundAccess }),
  };
}

function prefixesOf({ addressPrefixes, hasSinglePrefix }: SubnetDocument): object {
  return hasSinglePrefix ? { addressPrefix: addressPrefixes[0] } : { addressPrefixes };
}

function occupancyOf({ occupants }: SubnetDocument): object {
  if (occupants.length === 0) return {};
  return {
    ipConfigurations: occupants.map(({ ipConfigurationId }) => ({ id: ipConfigurationId })),
    privateEndpoints: occupants.map(({ privateEndpointId }) => ({ id: privateEndpointId })),
  };
}

const serviceEndpointBody = (service: string): object => ({
  provisioningState: "Succeeded",
  service,
  locations: ["*"],
});

const delegationBody = (
  { name, serviceName }: SubnetDocument["delegations"][number],
  { subnetId, etag }: { subnetId: string; etag: string },
): object => ({
  name,
  id: `${subnetId}/delegations/${name}`,
  etag,
  properties: { provisioningState: "Succeeded", serviceName, actions: [] },
  type: `${type}/delegations`,
});
