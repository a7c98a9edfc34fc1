import { newUuid } from "../../../kernel/ids.ts";
import type { PrivateLinkTarget } from "../../../private-link/contract.ts";
import { removeResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { ipConfigurationId, networkInterfaces } from "../network-interfaces/network-interface.ts";
import type { InterfaceDocument } from "../network-interfaces/network-interface.ts";
import {
  putRecords,
  removeRecords,
  removeZoneGroup,
  zoneGroups,
} from "../private-dns-zone-groups/private-dns-zone-group.ts";
import { isSame, nameOf } from "../../../arm/resource-id.ts";
import { subnets, type StoredSubnet } from "../subnets/subnet.ts";
import { saveSubnet } from "../virtual-networks/virtual-network.ts";
import { isOpen, privateEndpoints, type EndpointDocument, type StoredEndpoint } from "./private-endpoint.ts";

/*
 * An endpoint is more than its own row: it has a network interface, occupies an address of its subnet, and is in the
 * DNS zones of its zone group while traffic may pass.
 */

/** Saves a new endpoint with its interface, and occupies its address. */
export async function saveNewEndpoint(
  tx: Transaction,
  created: {
    id: string;
    document: EndpointDocument;
    place: { subnet: StoredSubnet; ipConfigurationName: string };
    nowMs: number;
  },
): Promise<StoredEndpoint> {
  const { id, document, place, nowMs } = created;
  const { subnet, ipConfigurationName } = place;
  const { address, networkInterfaceId } = document;
  const occupant = {
    address,
    ipConfigurationId: ipConfigurationId(networkInterfaceId, ipConfigurationName),
    privateEndpointId: id,
  };
  const occupants = [...subnet.document.occupants, occupant];
  await saveSubnet(tx, subnet, { ...subnet.document, occupants }, nowMs);
  const networkInterface: InterfaceDocument = {
    name: nameOf(networkInterfaceId),
    location: document.location,
    tags: undefined,
    resourceGuid: newUuid(),
    privateEndpointId: id,
    subnetId: document.subnetId,
    ipConfigurationName,
    address,
    groupId: document.member.groupId,
    memberName: document.member.memberName,
    ...shownByInterface(document),
  };
  await networkInterfaces.create(tx, networkInterfaceId, networkInterface, nowMs);
  return privateEndpoints.create(tx, id, document, nowMs);
}

/** Saves a change of an endpoint that this transaction has read, and what its interface and zones show of it. */
export async function saveEndpoint(
  tx: Transaction,
  endpoint: StoredEndpoint,
  change: { id?: string; document: EndpointDocument },
  nowMs: number,
): Promise<StoredEndpoint> {
  const saved = await privateEndpoints.update(tx, endpoint, change, nowMs);
  await updateInterface(tx, saved.document, nowMs);
  if (isOpen(saved.document) === isOpen(endpoint.document)) return saved;
  const sync = isOpen(saved.document) ? putRecords : removeRecords;
  for (const { document } of await zoneGroups.children(tx, saved.key))
    await sync(tx, saved.document, document.configs, nowMs);
  return saved;
}

async function updateInterface(tx: Transaction, endpoint: EndpointDocument, nowMs: number): Promise<void> {
  const found = await networkInterfaces.find(tx, endpoint.networkInterfaceId);
  if (found === undefined) return;
  const { document } = found;
  const { fqdns, allocationMethod } = shownByInterface(endpoint);
  if (document.fqdns.length === fqdns.length && document.allocationMethod === allocationMethod) return;
  await networkInterfaces.update(tx, found, { document: { ...document, fqdns, allocationMethod } }, nowMs);
}

const shownByInterface = (endpoint: EndpointDocument): Pick<InterfaceDocument, "fqdns" | "allocationMethod"> => ({
  fqdns: isOpen(endpoint) ? [endpoint.member.fqdn] : [],
  allocationMethod: endpoint.ipConfigurations.length === 0 ? "Dynamic" : "Static",
});

/** Removes an endpoint, its interface and its zone groups, frees its address, and removes its connection from the target. */
export async function removeEndpoint(
  { target }: { target: PrivateLinkTarget },
  tx: Transaction,
  endpoint: StoredEndpoint,
  nowMs: number,
): Promise<void> {
  const { connection, networkInterfaceId, subnetId } = endpoint.document;
  for (const group of await zoneGroups.children(tx, endpoint.key)) {
    await removeZoneGroup(tx, group, endpoint.document, nowMs);
  }
  await removeResource(tx, endpoint);
  const subnet = await subnets.find(tx, subnetId);
  if (subnet !== undefined) {
    const occupants = subnet.document.occupants.filter(({ privateEndpointId: id }) => !isSame(id, endpoint.id));
    await saveSubnet(tx, subnet, { ...subnet.document, occupants }, nowMs);
  }
  const networkInterface = await networkInterfaces.find(tx, networkInterfaceId);
  if (networkInterface !== undefined) await removeResource(tx, networkInterface);
  // The target may have a connection of that name for another endpoint by now.
  if (connection.state.status === "Disconnected") return;
  await target.delete(tx, { targetId: connection.targetId, connectionName: connection.name });
}
