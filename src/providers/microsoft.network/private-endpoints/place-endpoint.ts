import { invalidFormat } from "../../../arm/errors.ts";
import { newUuid } from "../../../kernel/ids.ts";
import type { Transaction } from "../../../store/store.ts";
import { findInterface, ipConfigurationId } from "../network-interfaces/interface-store.ts";
import { invalidLinkedId, invalidReference, networkError, refuseUnprovisioned } from "../network-errors.ts";
import { groupIdOf, isSame, parentIdOf, readResourceId } from "../resource-id.ts";
import { checkAddress, nextAddress } from "../subnets/allocation.ts";
import { findSubnet, findVnet } from "../virtual-networks/vnet-store.ts";
import type { StoredSubnet } from "../virtual-networks/vnet-store.ts";
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
  const subnet = await usableSubnet(tx, planned);
  const interfaceId = await newInterfaceId(tx, planned);
  const ipConfigurationName = `privateEndpointIpConfig.${newUuid()}`;
  const chosen = wanted.ipConfiguration?.privateIPAddress;
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
async function usableSubnet(tx: Transaction, { id, location, wanted }: PlannedEndpoint): Promise<StoredSubnet> {
  const read = readResourceId(wanted.subnetId);
  if (read === undefined) throw invalidLinkedId(wanted.subnetId, subnetPath);
  if (!isSame(read.type, "Microsoft.Network/virtualNetworks/subnets")) throw notASubnet(wanted.subnetId);
  const vnetId = parentIdOf(wanted.subnetId);
  const vnet = await findVnet(tx, vnetId);
  const isNear = vnet?.document.location === location && isSame(read.subscriptionId, id.split("/")[2] ?? "");
  if (vnet === undefined || !isNear) throw invalidReference({ to: vnetId, from: id });
  const subnet = await findSubnet(tx, wanted.subnetId);
  if (subnet === undefined) throw invalidReference({ to: wanted.subnetId, from: id });
  refuseUnprovisioned(vnet, { id, operation: "PutVirtualNetworkOperation" });
  refuseUnprovisioned(subnet, { id, operation: "PutSubnetOperation" });
  return subnet;
}

function notASubnet(id: string): Error {
  const message =
    `Reference Id ${id} is not formatted correctly. ` +
    "The Id is expected to reference resources of type subnets. Path properties.subnet.";
  return invalidFormat([{ code: "InvalidJsonReferenceFormat", message }]);
}

async function newInterfaceId(tx: Transaction, { id, name, wanted }: PlannedEndpoint): Promise<string> {
  const { customNetworkInterfaceName: custom } = wanted;
  const interfaceId =
    `${groupIdOf(id)}/providers/Microsoft.Network/networkInterfaces/` +
    (custom === "" ? `${name}.nic.${newUuid()}` : custom);
  const other = await findInterface(tx, interfaceId);
  if (other === undefined) return interfaceId;
  // The code is Azure's for such an interface, the wording ours.
  throw networkError(
    "NicInUseWithPrivateEndpoint",
    `Network interface ${other.id} cannot be created because it is currently in use with an private endpoint ` +
      `(${other.document.privateEndpointId}).`,
  );
}
