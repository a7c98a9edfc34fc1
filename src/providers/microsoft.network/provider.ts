import { operationsListType } from "../../arm/operations-list.ts";
import type { ResourceType } from "../../arm/resource-type.ts";
import type { PrivateLinkConsumer } from "../../private-link/contract.ts";
import { locationTypes } from "./locations/locations.ts";
import { interfaceType } from "./network-interfaces/network-interface.ts";
import { securityGroupType } from "./network-security-groups/network-security-group.ts";
import { networkNamespace, type NetworkServices } from "./network-type.ts";
import { zoneGroupType } from "./private-dns-zone-groups/private-dns-zone-group-type.ts";
import { privateLinkConsumer } from "./private-link-consumer.ts";
import { endpointType } from "./private-endpoints/private-endpoint-type.ts";
import { privateDnsTypes } from "./private-dns/private-dns.ts";
import { subnetType } from "./subnets/subnet-type.ts";
import { addressCheckType } from "./virtual-networks/check-ip-address.ts";
import { virtualNetworkType } from "./virtual-networks/virtual-network-type.ts";

/** Microsoft.Network, as far as private endpoints need it. */
export function microsoftNetwork(services: NetworkServices): { types: ResourceType[]; consumer: PrivateLinkConsumer } {
  const types: ResourceType[] = [
    virtualNetworkType(services),
    subnetType(services),
    addressCheckType(services),
    securityGroupType(services),
    interfaceType(services),
    endpointType(services),
    zoneGroupType(services),
    ...privateDnsTypes(services),
    ...locationTypes(services),
  ];
  return {
    types: [...types, operationsListType(networkNamespace, types, "network")],
    consumer: privateLinkConsumer(services),
  };
}
