import { linkedAuthorizationFailed } from "../../arm/errors.ts";
import type { ArmOperation, ArmRequest } from "../../arm/resource-type.ts";
import type { NetworkServices } from "./network-type.ts";

/** An action that a request needs on another resource than the one that it addresses. */
export interface LinkedAccess {
  readonly action: string;
  readonly scope: string;
}

/** Checks that the caller may do all of it. @throws ArmError that names every action that they may not do. */
export async function checkLinkedAccess(
  { mayDo }: Pick<NetworkServices, "mayDo">,
  { caller, operation, resourceId }: ArmRequest,
  needed: readonly LinkedAccess[],
): Promise<void> {
  const denied: LinkedAccess[] = [];
  for (const each of needed) if (!(await mayDo({ caller, ...each }))) denied.push(each);
  if (denied.length === 0) return;
  const { name: client, objectId } = caller;
  throw linkedAuthorizationFailed({ client, objectId, action: operation.action, scope: resourceId, linked: denied });
}

/** An action that a caller needs on one resource to write another. No request has it as its own action. */
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

/** The right to have a network security group apply to a subnet. */
export const joinSecurityGroup: JoinAction = {
  action: "Microsoft.Network/networkSecurityGroups/join/action",
  display: { operation: "Join Network Security Group", description: "Joins a network security group." },
};
