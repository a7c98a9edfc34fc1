import type { ArmOperation } from "../../arm/resource-type.ts";

/** An action that is asked for on a resource when another one is written; no request has it as its own. */
type JoinAction = Pick<ArmOperation, "action" | "display">;

/** The right to link a private DNS zone to a virtual network. */
export const joinNetwork: JoinAction = {
  action: "Microsoft.Network/virtualNetworks/join/action",
  display: { operation: "Join Virtual Network", description: "Joins a virtual network." },
};

/** The right to put a private endpoint into a subnet. */
export const joinSubnet: JoinAction = {
  action: "Microsoft.Network/virtualNetworks/subnets/join/action",
  display: { operation: "Join Virtual Network Subnet", description: "Joins a subnet of a virtual network." },
};

/** The right to have a zone group write into a private DNS zone. */
export const joinZone: JoinAction = {
  action: "Microsoft.Network/privateDnsZones/join/action",
  display: { operation: "Join Private DNS Zone", description: "Joins a private DNS zone." },
};
