import type { ResourceType, TypeOperations } from "../../../arm/resource-type.ts";
import type { NetworkServices } from "../network-services.ts";
import { networkType } from "../network-type.ts";

/** What private DNS zones work with. */
export type DnsServices = Omit<NetworkServices, "target">;

/** The RBAC actions of zones begin with this. */
export const zoneAction = "Microsoft.Network/privateDnsZones";

/** A type of private DNS, which is in no region. */
export const dnsType = (types: readonly string[], operations: TypeOperations): ResourceType => ({
  ...networkType(types, operations),
  locations: ["global"],
  service: "privateDns",
});
