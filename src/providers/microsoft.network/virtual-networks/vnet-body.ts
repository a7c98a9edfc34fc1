import { etagOf } from "../etag.ts";
import type { TaggedBody } from "../etag.ts";
import { subnetBody } from "../subnets/subnet-body.ts";
import type { StoredSubnet, StoredVnet } from "./vnet-store.ts";

/** A virtual network as clients read it, in the recorded order (2026). */
export function vnetBody(vnet: StoredVnet, subnets: readonly StoredSubnet[]): TaggedBody {
  const { name, location, tags } = vnet.document;
  const etag = etagOf({ ...vnet.document, version: vnet.version });
  return {
    name,
    id: vnet.id,
    etag,
    type: "Microsoft.Network/virtualNetworks",
    location,
    ...(tags === undefined ? {} : { tags }),
    properties: propertiesOf(vnet, subnets),
  };
}

function propertiesOf(vnet: StoredVnet, subnets: readonly StoredSubnet[]): object {
  const { provisioningState, resourceGuid, addressPrefixes, dnsServers, enableDdosProtection } = vnet.document;
  const { encryption, flowTimeoutInMinutes, privateEndpointVNetPolicies } = vnet.document;
  return {
    provisioningState,
    resourceGuid,
    addressSpace: { addressPrefixes },
    ...(encryption === undefined ? {} : { encryption }),
    ...(flowTimeoutInMinutes === undefined ? {} : { flowTimeoutInMinutes }),
    ...(privateEndpointVNetPolicies === undefined ? {} : { privateEndpointVNetPolicies }),
    ...(dnsServers === undefined ? {} : { dhcpOptions: { dnsServers } }),
    subnets: subnets.map((each) => subnetBody(each, vnet)),
    virtualNetworkPeerings: [],
    enableDdosProtection,
  };
}
