import { subscriptionKeys } from "../../../arm/subscription.ts";
import { findResource, findResources, listChildren, listInSubscription } from "../../../store/resources.ts";
import type { Queryable } from "../../../store/store.ts";
import { isSame } from "../../../arm/resource-id.ts";
import { linkTypeKey, recordSetTypeKey, zoneTypeKey } from "./dns-documents.ts";
import type {
  LinkDocument,
  RecordSetDocument,
  StoredLink,
  StoredRecordSet,
  StoredZone,
  ZoneDocument,
} from "./dns-documents.ts";
import { recordTypeNames } from "./record-types.ts";
import type { RecordTypeName } from "./record-types.ts";

/** The zone with this id, in any case. */
export async function findStoredZone(from: Queryable, id: string): Promise<StoredZone | undefined> {
  const found = await findResource<ZoneDocument>(from, id);
  return found?.typeKey === zoneTypeKey ? found : undefined;
}

/** The link with this id, in any case. */
export async function findLink(from: Queryable, id: string): Promise<StoredLink | undefined> {
  const found = await findResource<LinkDocument>(from, id);
  return found?.typeKey === linkTypeKey ? found : undefined;
}

/** The record set with this id, in any case. */
export async function findRecordSet(from: Queryable, id: string): Promise<StoredRecordSet | undefined> {
  const found = await findResource<RecordSetDocument>(from, id);
  return found?.typeKey === recordSetTypeKey ? found : undefined;
}

/** The id of a record set. */
export const recordSetId = (zoneId: string, type: RecordTypeName, name: string): string => `${zoneId}/${type}/${name}`;

/** The record sets of one name, whatever their types. */
export async function recordSetsNamed(
  from: Queryable,
  { zoneId, name }: { zoneId: string; name: string },
): Promise<StoredRecordSet[]> {
  const found = await findResources(
    from,
    recordTypeNames.map((type) => recordSetId(zoneId, type, name)),
  );
  return [...found.values()] as unknown as StoredRecordSet[];
}

/** The links of a zone, by name. */
export const listLinks = (from: Queryable, zoneKey: string): Promise<StoredLink[]> =>
  listChildren<LinkDocument>(from, { parentKey: zoneKey, typeKey: linkTypeKey });

/** The record sets of a zone, by type and name. */
export const listRecordSets = (from: Queryable, zoneKey: string): Promise<StoredRecordSet[]> =>
  listChildren<RecordSetDocument>(from, { parentKey: zoneKey, typeKey: recordSetTypeKey });

/** The links to a virtual network from zones in whatever subscription. */
export async function listLinksTo(from: Queryable, virtualNetworkId: string): Promise<StoredLink[]> {
  const links: StoredLink[] = [];
  for (const subscriptionKey of await subscriptionKeys(from)) {
    links.push(...(await listInSubscription<LinkDocument>(from, { subscriptionKey, typeKey: linkTypeKey })));
  }
  return links.filter(({ document }) => isSame(document.virtualNetworkId, virtualNetworkId));
}

/** How many children a zone has. */
export interface ZoneCounts {
  readonly recordSets: number;
  readonly links: number;
  readonly registrationLinks: number;
}

/** Counts the children of one zone. */
export async function countChildren(from: Queryable, zoneKey: string): Promise<ZoneCounts> {
  return countsOf(await listRecordSets(from, zoneKey), await listLinks(from, zoneKey));
}

/** Counts the children of all zones in a subscription, by the key of their zone: two queries for a whole list. */
export async function countByZone(from: Queryable, subscriptionId: string): Promise<(zoneKey: string) => ZoneCounts> {
  const subscriptionKey = subscriptionId.toLowerCase();
  const recordSets = await listInSubscription(from, { subscriptionKey, typeKey: recordSetTypeKey });
  const links = await listInSubscription<LinkDocument>(from, { subscriptionKey, typeKey: linkTypeKey });
  const recordSetsByZone = Map.groupBy(recordSets, ({ parentKey }) => parentKey);
  const linksByZone = Map.groupBy(links, ({ parentKey }) => parentKey);
  return (zoneKey) => countsOf(recordSetsByZone.get(zoneKey) ?? [], linksByZone.get(zoneKey) ?? []);
}

const countsOf = (recordSets: readonly object[], links: readonly StoredLink[]): ZoneCounts => ({
  recordSets: recordSets.length,
  links: links.length,
  registrationLinks: links.filter(({ document }) => document.registrationEnabled).length,
});
