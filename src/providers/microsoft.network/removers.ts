import type { Transaction } from "../../store/store.ts";
import type { RemoveResource } from "../provider.ts";
import type { NetworkServices } from "./network-services.ts";
import { removeZoneGroup, zoneGroups } from "./private-dns-zone-groups/private-dns-zone-group.ts";
import type { StoredZoneGroup } from "./private-dns-zone-groups/private-dns-zone-group.ts";
import { privateEndpoints } from "./private-endpoints/private-endpoint.ts";
import { removeEndpoint } from "./private-endpoints/save-private-endpoint.ts";

/** What the deletion of a resource group takes away of this provider's, before the rows themselves. */
export function networkRemovers(services: NetworkServices): ReadonlyMap<string, RemoveResource> {
  return new Map<string, RemoveResource>([
    [
      privateEndpoints.typeKey,
      (tx, resource, nowMs) => removeEndpoint(services, tx, privateEndpoints.cast(resource), nowMs),
    ],
    [zoneGroups.typeKey, (tx, resource, nowMs) => withdraw(tx, zoneGroups.cast(resource), nowMs)],
  ]);
}

async function withdraw(tx: Transaction, group: StoredZoneGroup, nowMs: number): Promise<void> {
  const endpoint = await privateEndpoints.find(tx, group.parentKey);
  if (endpoint !== undefined) await removeZoneGroup(tx, group, endpoint.document, nowMs);
}
