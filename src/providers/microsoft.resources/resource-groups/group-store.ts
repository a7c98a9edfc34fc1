import { resourceGroupTypeKey } from "../../../arm/subscriptions-and-groups.ts";
import type { ResourceGroupDocument } from "../../../arm/subscriptions-and-groups.ts";
import { findResource, saveResource } from "../../../store/resources.ts";
import type { StoredResource } from "../../../store/stored-resource.ts";
import type { Queryable, Transaction } from "../../../store/store.ts";

export type StoredGroup = StoredResource<ResourceGroupDocument>;

/** The group with this id, in any case. */
export const findGroup = (from: Queryable, id: string): Promise<StoredGroup | undefined> =>
  findResource<ResourceGroupDocument>(from, id);

/** Writes a group, new or not, under the id that it is addressed by. */
export function saveGroup(
  tx: Transaction,
  group: { id: string; document: ResourceGroupDocument },
  nowMs: number,
): Promise<StoredGroup> {
  const subscriptionKey = group.id.split("/")[2]?.toLowerCase() ?? "";
  const parentKey = `/subscriptions/${subscriptionKey}`;
  return saveResource(tx, { ...group, typeKey: resourceGroupTypeKey, parentKey, subscriptionKey }, nowMs);
}
