import { newUuid } from "../../../kernel/ids.ts";
import { removeResource, saveResource, updateResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { recordSetTypeKey } from "./dns-documents.ts";
import { findRecordSet, findStoredZone, recordSetId } from "./dns-store.ts";

/*
 * What private endpoints do to zones: their DNS zone groups put addresses there and take them away.
 */

/** Where a group's addresses go; `name` is relative to the zone. */
interface ARecordPlace {
  readonly zoneId: string;
  readonly name: string;
}

/**
 * Puts addresses under a name, beside those that are there; nothing when the zone is gone or the name is an alias: what
 * the owner of a connection decides does not fail for what a consumer has in their zone.
 */
export async function putARecord(
  tx: Transaction,
  record: ARecordPlace & { readonly ttl: number; readonly addresses: readonly string[]; readonly nowMs: number },
): Promise<void> {
  const { name, ttl, addresses, nowMs } = record;
  const zone = await findStoredZone(tx, record.zoneId);
  if (zone === undefined) return;
  if ((await findRecordSet(tx, recordSetId(zone.id, "CNAME", name))) !== undefined) return;
  const id = recordSetId(zone.id, "A", name);
  const current = await findRecordSet(tx, id);
  const known = current?.document.data.aRecords?.map(({ ipv4Address }) => ipv4Address) ?? [];
  const aRecords = [...new Set([...known, ...addresses])].map((ipv4Address) => ({ ipv4Address }));
  if (current !== undefined) {
    await updateResource(tx, current, { document: { ...current.document, ttl, data: { aRecords } } }, nowMs);
    return;
  }
  const document = { name, guid: newUuid(), recordType: "A", ttl, metadata: undefined, data: { aRecords } };
  const { key: parentKey, subscriptionKey } = zone;
  await saveResource(tx, { id, typeKey: recordSetTypeKey, parentKey, subscriptionKey, document }, nowMs);
}

/**
 * Takes addresses away from a name, or all of them where none are named. What others have put there stays; a set that is
 * left empty goes. Fine when nothing is there.
 */
export async function removeARecord(
  tx: Transaction,
  record: ARecordPlace & { readonly addresses?: readonly string[]; readonly nowMs: number },
): Promise<void> {
  const { zoneId, name, addresses, nowMs } = record;
  const current = await findRecordSet(tx, recordSetId(zoneId, "A", name));
  if (current === undefined) return;
  const known = current.document.data.aRecords ?? [];
  const aRecords = known.filter(({ ipv4Address }) => addresses !== undefined && !addresses.includes(ipv4Address));
  if (aRecords.length === known.length && known.length > 0) return;
  if (aRecords.length === 0) await removeResource(tx, current, nowMs);
  else await updateResource(tx, current, { document: { ...current.document, data: { aRecords } } }, nowMs);
}
