import { newUuid } from "../../../kernel/ids.ts";
import type { Transaction } from "../../../store/store.ts";
import { findInterface, ipConfigurationId } from "../network-interfaces/interface-store.ts";
import {
  childNotFound,
  invalidLinkedId,
  invalidReference,
  networkError,
  refuseUnprovisioned,
  wrongReference,
} from "../network-errors.ts";
import { groupIdOf, isSame, parentIdOf, parseResourceId } from "../../../arm/resource-id.ts";
import { checkAddress, nextAddress } from "../subnets/allocation.ts";
import { findSubnet, findVnet, listSubnets } from "../virtual-networks/vnet-store.ts";
import type { StoredSubnet, StoredVnet } from "../virtual-networks/vnet-store.ts";
import type { EndpointRequest } from "./endpoint-request.ts";

/** Where a new endpoint is to be: its subnet, the address that it gets there, and the interface that has it. */
export interface Place {
  readonly subnet: StoredSubnet;
  readonly address: string;
  readonly interfaceId: string;
  readonly ipConfigurationName: string;
}

/** An endpoint that is to be. */
export interface PlannedEndpoint {
  readonly id: string;
  readonly name: string;
  /** Region name. */
  readonly location: string;
  readonly wanted: EndpointRequest;
}

/** Finds the place of a new endpoint, and takes nothing yet. @throws ArmError when it cannot be there. */
export async function placeEndpoint(tx: Transaction, planned: PlannedEndpoint): Promise<Place> {
  const { id, wanted } = planned;
  const { vnet, subnet } = await usableSubnet(tx, planned);
  refuseUnserved(planned);
  await checkCount(tx, vnet);
  const interfaceId = await newInterfaceId(tx, planned);
  const ipConfigurationName = `privateEndpointIpConfig.${newUuid()}`;
  const chosen = wanted.ipConfigurations[0]?.privateIPAddress;
  if (chosen !== undefined) checkAddress(subnet.document, chosen, ipConfigurationId(interfaceId, ipConfigurationName));
  if (subnet.document.delegations.length > 0) {
    throw networkError(
      "PrivateEndpointCreationNotAllowedAsSubnetIsDelegated",
      `Private endpoint ${id} cannot be created as subnet ${subnet.id} is delegated.`,
    );
  }
  return { subnet, address: chosen ?? nextAddress(subnet.document), interfaceId, ipConfigurationName };
}

const subnetPath = "properties.subnet.id";

/** An endpoint is in the region and the subscription of its network (documented). */
async function usableSubnet(
  tx: Transaction,
  planned: PlannedEndpoint,
): Promise<{ vnet: StoredVnet; subnet: StoredSubnet }> {
  const { id, wanted } = planned;
  const read = parseResourceId(wanted.subnetId);
  if (read === undefined) throw invalidLinkedId(wanted.subnetId, subnetPath);
  if (!isSame(read.type, "Microsoft.Network/virtualNetworks/subnets")) {
    throw wrongReference({ id: wanted.subnetId, kind: "subnets", path: "properties.subnet" });
  }
  const vnet = await nearVnet(tx, planned, parentIdOf(wanted.subnetId));
  const subnet = await findSubnet(tx, wanted.subnetId);
  if (subnet === undefined) throw invalidReference({ to: wanted.subnetId, from: id });
  refuseUnprovisioned(vnet, { id, operation: "PutVirtualNetworkOperation" });
  refuseUnprovisioned(subnet, { id, operation: "PutSubnetOperation" });
  return { vnet, subnet };
}

/** The network of an endpoint; its details name it where it is not there, or elsewhere (quoted by users 2021 to 2026). */
async function nearVnet(tx: Transaction, { id, location }: PlannedEndpoint, vnetId: string): Promise<StoredVnet> {
  const vnet = await findVnet(tx, vnetId);
  const isInSubscription = isSame(parseResourceId(vnetId)?.subscriptionId ?? "", id.split("/")[2] ?? "");
  if (vnet?.document.location === location && isInSubscription) return vnet;
  const { code, message } = childNotFound(vnetId);
  throw invalidReference({ to: vnetId, from: id }, { details: [{ code, message }], isLasting: vnet !== undefined });
}

/** @throws ArmError for application security groups, of which there are none here, and for addresses of IPv6. */
export function refuseUnserved({ id, wanted }: PlannedEndpoint): void {
  const [securityGroupId] = wanted.applicationSecurityGroupIds;
  if (securityGroupId !== undefined) throw invalidReference({ to: securityGroupId, from: id });
  if (wanted.ipVersionType === "IPv4") return;
  // That the subnet needs such a prefix is documented; code and wording are ours.
  throw networkError(
    "PrivateEndpointIpVersionTypeNotSupported",
    `Private endpoint ${id} cannot have the IP version type ${wanted.ipVersionType} because subnet ${wanted.subnetId} ` +
      "has no IPv6 address prefix.",
  );
}

/** How many private endpoints a virtual network may have, by its `privateEndpointVNetPolicies` (documented). */
export const maxEndpointsOfVnet = { usual: 1_000, Basic: 5_000 } as const;

/** Code and wording are ours. */
async function checkCount(tx: Transaction, { id, key, document }: StoredVnet): Promise<void> {
  const max = document.privateEndpointVNetPolicies === "Basic" ? maxEndpointsOfVnet.Basic : maxEndpointsOfVnet.usual;
  const subnets = await listSubnets(tx, key);
  const count = subnets.reduce((sum, subnet) => sum + subnet.document.occupants.length, 0);
  if (count < max) return;
  throw networkError(
    "PrivateEndpointCountLimitReached",
    `Cannot create more than ${max} private endpoints in virtual network ${id}.`,
  );
}

async function newInterfaceId(tx: Transaction, { id, name, wanted }: PlannedEndpoint): Promise<string> {
  const { customNetworkInterfaceName: custom } = wanted;
  const interfaceId =
    `${groupIdOf(id)}/providers/Microsoft.Network/networkInterfaces/` +
    (custom === "" ? `${name}.nic.${newUuid()}` : custom);
  const other = await findInterface(tx, interfaceId);
  if (other === undefined) return interfaceId;
  // The sentence is quoted by users; the code is Azure's where such an interface is to be deleted.
  throw networkError(
    "NicInUseWithPrivateEndpoint",
    `Private Endpoint ${id} contains custom NIC name ${custom} which already exists`,
  );
}
