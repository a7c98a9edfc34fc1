import type { Transaction } from "../../../store/store.ts";
import { isOpen } from "../private-endpoints/endpoint-document.ts";
import type { EndpointDocument } from "../private-endpoints/endpoint-document.ts";
import { putARecord, removeARecord } from "../private-dns-zones/zone-records.ts";
import { isSame } from "../../../arm/resource-id.ts";
import type { ZoneConfig } from "./zone-group-document.ts";

/** Seconds that resolvers keep an endpoint's address (recorded). */
export const recordTtl = 10;

/**
 * Whether an endpoint has a record in the zone of a config: while traffic may pass, and only where the zone has the name
 * of the service's own. A zone of another name gets none (recorded).
 */
export const hasRecordIn = (endpoint: EndpointDocument, config: ZoneConfig): boolean =>
  isOpen(endpoint) && fits(endpoint, config);

const fits = ({ member }: EndpointDocument, { zoneId }: ZoneConfig): boolean =>
  isSame(zoneId.split("/").at(-1) ?? "", member.zoneName);

/** Puts an endpoint's address into those zones that it has a record in. */
export async function putRecords(
  tx: Transaction,
  endpoint: EndpointDocument,
  configs: readonly ZoneConfig[],
  nowMs: number,
): Promise<void> {
  const { recordName: name } = endpoint.member;
  for (const config of configs) {
    if (!hasRecordIn(endpoint, config)) continue;
    await putARecord(tx, { zoneId: config.zoneId, name, ttl: recordTtl, addresses: [endpoint.address], nowMs });
  }
}

/** Takes an endpoint's address out of zones, whether it is there or not. */
export async function removeRecords(
  tx: Transaction,
  endpoint: EndpointDocument,
  configs: readonly ZoneConfig[],
  nowMs: number,
): Promise<void> {
  const { recordName: name } = endpoint.member;
  for (const config of configs) {
    if (!fits(endpoint, config)) continue;
    await removeARecord(tx, { zoneId: config.zoneId, name, addresses: [endpoint.address], nowMs });
  }
}
