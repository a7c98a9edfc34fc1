import { resourceKind } from "../../../arm/resource-kind.ts";
import type { StoredResource } from "../../../store/store.ts";
import { networkNamespace } from "../network-type.ts";
import type { Settling } from "../../../arm/lifecycle.ts";
import { knownProperties, propertiesSince } from "../version-properties.ts";

/** A resource with an address of a subnet. */
interface Occupant {
  readonly address: string;
  readonly ipConfigurationId: string;
  readonly privateEndpointId: string;
}

/** What clients may set of a subnet. */
export interface SubnetSettings {
  /** In CIDR notation; never empty. */
  readonly addressPrefixes: readonly string[];
  /** Whether it was written as `addressPrefix`, and is shown so. */
  readonly hasSinglePrefix: boolean;
  readonly privateEndpointNetworkPolicies: string;
  readonly privateLinkServiceNetworkPolicies: string;
  readonly serviceEndpoints: readonly string[];
  readonly delegations: readonly { readonly name: string; readonly serviceName: string }[];
  readonly defaultOutboundAccess: boolean | undefined;
  readonly networkSecurityGroupId: string | undefined;
}

/** What is stored of a subnet, with its addresses in use. */
export interface SubnetDocument extends SubnetSettings, Settling {
  readonly name: string;
  readonly occupants: readonly Occupant[];
}

export type StoredSubnet = StoredResource<SubnetDocument>;

export const subnets = resourceKind<SubnetDocument>(networkNamespace, ["virtualNetworks", "subnets"]);

/**
 * A subnet as clients read it, by itself and inside its virtual network, in the recorded order; `etag` is the network's.
 */
export function subnetBody(
  { id, document }: StoredSubnet,
  { etag, apiVersion }: { etag: string; apiVersion: string },
): object {
  const { provisioningState, serviceEndpoints, defaultOutboundAccess, networkSecurityGroupId } = document;
  const properties = {
    provisioningState,
    ...prefixesOf(document),
    ...(networkSecurityGroupId === undefined ? {} : { networkSecurityGroup: { id: networkSecurityGroupId } }),
    ...occupancyOf(document),
    ...(serviceEndpoints.length === 0 ? {} : { serviceEndpoints: serviceEndpoints.map(serviceEndpointBody) }),
    delegations: document.delegations.map((each) => delegationBody(each, { subnetId: id, etag })),
    ...(document.occupants.length === 0 ? {} : { purpose: "PrivateEndpoints" }),
    privateEndpointNetworkPolicies: document.privateEndpointNetworkPolicies,
    privateLinkServiceNetworkPolicies: document.privateLinkServiceNetworkPolicies,
    ...(defaultOutboundAccess === undefined ? {} : { defaultOutboundAccess }),
  };
  const known = knownProperties<unknown>(properties, { apiVersion, since: propertiesSince.subnet });
  return { name: document.name, id, etag, properties: known, type: subnets.type };
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
  type: `${subnets.type}/delegations`,
});
