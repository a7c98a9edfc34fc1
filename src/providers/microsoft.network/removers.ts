import type { StoredResource } from "../../store/resources.ts";
import type { Transaction } from "../../store/store.ts";
import type { RemoveResource } from "../provider.ts";
import type { NetworkServices } from "./network-services.ts";
import { removeZoneGroup, zoneGroups } from "./private-dns-zone-groups/private-dns-zone-group.ts";
import type { StoredZoneGroup } from "./private-dns-zone-groups/private-dns-zone-group.ts";
import { removeLinksTo } from "./virtual-network-links/virtual-network-link.ts";
import { privateEndpoints } from "./private-endpoints/private-endpoint.ts";
import { removeEndpoint } from "./private-endpoints/save-private-endpoint.ts";
import { groupIdOf, isSame } from "../../arm/resource-id.ts";
import { subnetTypeKey } from "./subnets/subnet-document.ts";
import { checkUnoccupied } from "./subnets/subnet-rules.ts";
import { vnetTypeKey } from "./virtual-networks/vnet-document.ts";
import { findSubnet } from "./virtual-networks/vnet-store.ts";
import type { StoredSubnet } from "./virtual-networks/vnet-store.ts";

/** What the deletion of a resource group takes away of this provider's, before the rows themselves. */
export function networkRemovers(services: NetworkServices): ReadonlyMap<string, RemoveResource> {
  return new Map<string, RemoveResource>([
    [
      privateEndpoints.typeKey,
      (tx, resource, nowMs) => removeEndpoint(services, tx, privateEndpoints.cast(resource), nowMs),
    ],
    [zoneGroups.typeKey, (tx, resource, nowMs) => withdraw(tx, zoneGroups.cast(resource), nowMs)],
    [vnetTypeKey, (tx, { id }) => removeLinksTo(tx, id)],
    [subnetTypeKey, (tx, resource, nowMs) => vacate(services, tx, resource as unknown as StoredSubnet, nowMs)],
  ]);
}

async function withdraw(tx: Transaction, group: StoredZoneGroup, nowMs: number): Promise<void> {
  const endpoint = await privateEndpoints.find(tx, group.parentKey);
  if (endpoint !== undefined) await removeZoneGroup(tx, group, endpoint.document, nowMs);
}

/** Endpoints of the same group are going, too; one of another group is in the way, as in Azure. @throws ArmError then. */
async function vacate(services: NetworkServices, tx: Transaction, subnet: StoredSubnet, nowMs: number): Promise<void> {
  for (const { privateEndpointId } of subnet.document.occupants) {
    const endpoint = await privateEndpoints.find(tx, privateEndpointId);
    if (endpoint === undefined || !isInSameGroup(endpoint, subnet)) continue;
    await services.operations.cancelAll(tx, endpoint.id);
    await removeEndpoint(services, tx, endpoint, nowMs);
  }
  const left = await findSubnet(tx, subnet.id);
  if (left !== undefined) checkUnoccupied(left.document);
}

const isInSameGroup = (one: Pick<StoredResource, "id">, other: Pick<StoredResource, "id">): boolean =>
  isSame(groupIdOf(one.id), groupIdOf(other.id));
