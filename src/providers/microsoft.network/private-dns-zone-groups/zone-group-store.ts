import { findResource, listChildren, listInSubscription } from "../../../store/resources.ts";
import type { StoredResource } from "../../../store/resources.ts";
import type { Queryable } from "../../../store/store.ts";
import { zoneGroupTypeKey } from "./zone-group-document.ts";
import type { ZoneGroupDocument } from "./zone-group-document.ts";

export type StoredZoneGroup = StoredResource<ZoneGroupDocument>;

/** The zone group with this id, in any case. */
export async function findZoneGroup(from: Queryable, id: string): Promise<StoredZoneGroup | undefined> {
  const found = await findResource<ZoneGroupDocument>(from, id);
  return found?.typeKey === zoneGroupTypeKey ? found : undefined;
}

/** The zone groups of an endpoint: one at most. */
export const listZoneGroups = (from: Queryable, endpointKey: string): Promise<StoredZoneGroup[]> =>
  listChildren<ZoneGroupDocument>(from, { parentKey: endpointKey, typeKey: zoneGroupTypeKey });

/** The keys of those endpoints in a subscription that have a zone group: one query for a whole list. */
export async function endpointsWithZoneGroup(from: Queryable, subscriptionId: string): Promise<ReadonlySet<string>> {
  const scope = { subscriptionKey: subscriptionId.toLowerCase(), typeKey: zoneGroupTypeKey };
  return new Set((await listInSubscription(from, scope)).map(({ parentKey }) => parentKey));
}
