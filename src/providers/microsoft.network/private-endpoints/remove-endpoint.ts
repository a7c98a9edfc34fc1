import type { PrivateLinkTarget } from "../../../private-link/contract.ts";
import { removeResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { findInterface } from "../network-interfaces/interface-store.ts";
import { removeZoneGroup } from "../private-dns-zone-groups/remove-zone-group.ts";
import { listZoneGroups } from "../private-dns-zone-groups/zone-group-store.ts";
import { isSame } from "../../../arm/resource-id.ts";
import { findSubnet, saveSubnet } from "../virtual-networks/vnet-store.ts";
import type { StoredEndpoint } from "./endpoint-store.ts";

/** Removes an endpoint, its interface, zone groups and hold on an address, and tells the owner of its target. */
export async function removeEndpoint(
  { target }: { target: PrivateLinkTarget },
  tx: Transaction,
  endpoint: StoredEndpoint,
  nowMs: number,
): Promise<void> {
  const { connection, networkInterfaceId } = endpoint.document;
  for (const group of await listZoneGroups(tx, endpoint.key)) {
    await removeZoneGroup(tx, group, endpoint.document, nowMs);
  }
  await removeResource(tx, endpoint, nowMs);
  await release(tx, endpoint, nowMs);
  const networkInterface = await findInterface(tx, networkInterfaceId);
  if (networkInterface !== undefined) await removeResource(tx, networkInterface, nowMs);
  // A connection of that name may be another endpoint's by now.
  if (connection.state.status === "Disconnected") return;
  await target.delete(tx, { targetId: connection.targetId, connectionName: connection.name });
}

async function release(tx: Transaction, { id, document }: StoredEndpoint, nowMs: number): Promise<void> {
  const subnet = await findSubnet(tx, document.subnetId);
  if (subnet === undefined) return;
  const occupants = subnet.document.occupants.filter((each) => !isSame(each.privateEndpointId, id));
  await saveSubnet(tx, subnet, { ...subnet.document, occupants }, nowMs);
}
