import { removeResource } from "../../../store/resources.ts";
import type { StoredResource, Transaction } from "../../../store/store.ts";
import type { Settling } from "../../../arm/lifecycle.ts";
import { resourceKind } from "../../../arm/resource-kind.ts";
import { etagOf, networkNamespace } from "../network-type.ts";
import { putARecord, removeARecord } from "../private-dns/a-records.ts";
import { isOpen, type EndpointDocument } from "../private-endpoints/private-endpoint.ts";
import { isSame, nameOf } from "../../../arm/resource-id.ts";

/** A zone that a group writes its endpoint's name into. */
export interface ZoneConfig {
  readonly name: string;
  /** As the client spells it. */
  readonly zoneId: string;
}

/** What is stored of a private DNS zone group. */
export interface ZoneGroupDocument extends Settling {
  readonly name: string;
  /** For etags. */
  readonly resourceGuid: string;
  readonly configs: readonly ZoneConfig[];
}

/** An endpoint has at most one. */
export const zoneGroups = resourceKind<ZoneGroupDocument>(networkNamespace, [
  "privateEndpoints",
  "privateDnsZoneGroups",
]);

export type StoredZoneGroup = StoredResource<ZoneGroupDocument>;

/** Seconds that resolvers keep an endpoint's address (recorded). */
const recordTtl = 10;

/** Whether a zone has the name of the service's own zone. A zone of another name gets no record (recorded). */
const fits = ({ member }: EndpointDocument, { zoneId }: ZoneConfig): boolean => isSame(nameOf(zoneId), member.zoneName);

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
  await removeResource(tx, group);
}

const { type } = zoneGroups;

/** A zone group as clients read it, in the recorded order (2026). */
export function zoneGroupBody({ id, document, version }: StoredZoneGroup, endpoint: EndpointDocument): object {
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
