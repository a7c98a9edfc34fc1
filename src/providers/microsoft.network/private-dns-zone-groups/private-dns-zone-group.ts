import { findResource, listChildren, listInSubscription, removeResource } from "../../../store/resources.ts";
import type { StoredResource } from "../../../store/resources.ts";
import type { Queryable, Transaction } from "../../../store/store.ts";
import { etagOf } from "../etag.ts";
import type { TaggedBody } from "../etag.ts";
import { putARecord, removeARecord } from "../record-sets/a-records.ts";
import { isOpen } from "../private-endpoints/private-endpoint.ts";
import type { EndpointDocument } from "../private-endpoints/private-endpoint.ts";
import { isSame } from "../../../arm/resource-id.ts";
import type { Settling } from "../settling.ts";

/** A zone that a group writes its endpoint's name into. */
export interface ZoneConfig {
  readonly name: string;
  /** As the client spells it. */
  readonly zoneId: string;
}

/** What is kept of a private DNS zone group. */
interface ZoneGroupDocument extends Settling {
  readonly name: string;
  /** For etags. */
  readonly resourceGuid: string;
  readonly configs: readonly ZoneConfig[];
}

export const zoneGroupTypeKey = "microsoft.network/privateendpoints/privatednszonegroups";

/** The names of the long-running operations on zone groups. */
export const zoneGroupKinds = { write: "network.zoneGroup.write", delete: "network.zoneGroup.delete" } as const;

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

/** Seconds that resolvers keep an endpoint's address (recorded). */
const recordTtl = 10;

/** Whether a zone has the name of the service's own zone. A zone of another name gets no record (recorded). */
const fits = ({ member }: EndpointDocument, { zoneId }: ZoneConfig): boolean =>
  isSame(zoneId.split("/").at(-1) ?? "", member.zoneName);

/** Writes an endpoint's address into the zones, if traffic may pass. */
export async function putRecords(
  tx: Transaction,
  endpoint: EndpointDocument,
  configs: readonly ZoneConfig[],
  nowMs: number,
): Promise<void> {
  const { member, address } = endpoint;
  if (!isOpen(endpoint)) return;
  for (const config of configs.filter((each) => fits(endpoint, each))) {
    const record = { zoneId: config.zoneId, name: member.recordName, ttl: recordTtl, addresses: [address] };
    await putARecord(tx, { ...record, nowMs });
  }
}

/** Removes an endpoint's address from the zones that have it. */
export async function removeRecords(
  tx: Transaction,
  endpoint: EndpointDocument,
  configs: readonly ZoneConfig[],
  nowMs: number,
): Promise<void> {
  const { member, address } = endpoint;
  for (const config of configs.filter((each) => fits(endpoint, each))) {
    await removeARecord(tx, { zoneId: config.zoneId, name: member.recordName, addresses: [address], nowMs });
  }
}

/** Removes a zone group and its records. */
export async function removeZoneGroup(
  tx: Transaction,
  group: StoredZoneGroup,
  endpoint: EndpointDocument,
  nowMs: number,
): Promise<void> {
  await removeRecords(tx, endpoint, group.document.configs, nowMs);
  await removeResource(tx, group, nowMs);
}

const type = "Microsoft.Network/privateEndpoints/privateDnsZoneGroups";

/** A zone group as clients read it, in the recorded order (2026). */
export function zoneGroupBody({ id, document, version }: StoredZoneGroup, endpoint: EndpointDocument): TaggedBody {
  const { name, provisioningState, configs } = document;
  const { member, address } = endpoint;
  const etag = etagOf({ ...document, version });
  const recordSet = {
    recordType: "A",
    recordSetName: member.recordName,
    fqdn: `${member.recordName}.${member.zoneName}`,
    ttl: recordTtl,
    provisioningState,
    ipAddresses: [address],
  };
  const privateDnsZoneConfigs = configs.map((config) => ({
    name: config.name,
    id: `${id}/privateDnsZoneConfigs/${config.name}`,
    etag,
    type: `${type}/privateDnsZoneConfigs`,
    properties: {
      provisioningState,
      privateDnsZoneId: config.zoneId,
      recordSets: isOpen(endpoint) && fits(endpoint, config) ? [recordSet] : [],
    },
  }));
  return { name, id, etag, type, properties: { provisioningState, privateDnsZoneConfigs } };
}
