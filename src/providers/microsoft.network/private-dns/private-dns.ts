import type { ResourceType } from "../../../arm/resource-type.ts";
import { zoneType } from "../private-dns-zones/private-dns-zone-type.ts";
import { recordSetTypes } from "../record-sets/record-set.ts";
import { linkType } from "../virtual-network-links/virtual-network-link.ts";
import type { DnsServices } from "./dialect.ts";
import { dnsOperationTypes } from "./operation-types.ts";

/** Private DNS: zones, their links to virtual networks, their record sets, and the operations on them. */
export const privateDnsTypes = (services: DnsServices): ResourceType[] => [
  zoneType(services),
  linkType(services),
  ...recordSetTypes(services),
  ...dnsOperationTypes(services),
];
