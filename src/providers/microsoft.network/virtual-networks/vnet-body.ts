import { etagOf } from "../etag.ts";
import type { TaggedBody } from "../etag.ts";
import { subnetBody } from "../subnets/subnet-body.ts";
import { knownProperties, propertiesSince } from "../version-properties.ts";
import type { StoredSubnet, StoredVnet } from "./vnet-store.ts";

/** A virtual network as clients read it, in the recorded order (2026). */
export function vnetBody(vnet: StoredVnet, subnets: readonly StoredSubnet[], apiVersion: string): TaggedBody {
  const { name, location, tags } = vnet.document;
  const etag = etagOf({ ...vnet.document, version: vnet.version });
  return {
    name,
    id: vnet.id,
    etag,
    type: "Microsoft.Network/virtualNetworks",
    location,
    ...(tags === undefined ? {} : { tags }),
    properties: propertiesOf(vnet, subnets, apiVersion),
  };
}

function propertiesOf(vnet: StoredVnet, subnets: readonly StoredSubnet[], apiVersion: string): object {
  const { provisioningState, resourceGuid, addressPrefixes, dnsServers, enableDdosProtection } = vnet.document;
  const { encryption, flowTimeoutInMinutes, privateEndpointVNetPolicies } = vnet.document;
  const properties = {
    provisioningState,
    resourceGuid,
    addressSpace: { addressPrefixes },
    ...(encryption === undefined ? {} : { encryption }),
    ...(flowTimeoutInMinutes === undefined ? {} : { flowTimeoutInMinutes }),
    privateEndpointVNetPolicies: privateEndpointVNetPolicies ?? "Disabled",
    ...(dnsServers === undefined ? {} : { dhcpOptions: { dnsServers } }),
    subnets: subnets.map((each) => subnetBody(each, vnet, apiVersion)),
    virtualNetworkPeerings: [],
    enableDdosProtection,
  };
  return knownProperties<unknown>(properties, { apiVersion, since: propertiesSince.virtualNetwork });
}
