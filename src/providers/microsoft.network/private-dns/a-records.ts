import { newUuid } from "../../../kernel/ids.ts";
import { removeResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { zones } from "../private-dns-zones/private-dns-zone.ts";
import { recordSets } from "../record-sets/record-set.ts";

/*
 * The addresses of private endpoints, which their DNS zone groups put into zones and remove.
 */

/** The place of addresses in a zone; `name` is relative to the zone. */
interface ARecordPlace {
  readonly zoneId: string;
  readonly name: string;
}

/**
 * Adds addresses to a name. Does nothing if the zone is gone or the name is an alias: a decision of a connection's owner
 * does not fail because of what a consumer has in their zone.
 */
export async function putARecord(
  tx: Transaction,
  record: ARecordPlace & { readonly ttl: number; readonly addresses: readonly string[]; readonly nowMs: number },
): Promise<void> {
  const { name, ttl, addresses, nowMs } = record;
  const zone = await zones.find(tx, record.zoneId);
  if (zone === undefined) return;
  if ((await recordSets.find(tx, `${zone.id}/CNAME/${name}`)) !== undefined) return;
  const id = `${zone.id}/A/${name}`;
  const current = await recordSets.find(tx, id);
  const known = current?.document.data.aRecords?.map(({ ipv4Address }) => ipv4Address) ?? [];
  const aRecords = [...new Set([...known, ...addresses])].map((ipv4Address) => ({ ipv4Address }));
  const kept = current?.document ?? { name, guid: newUuid(), recordType: "A", metadata: undefined };
  await recordSets.save(tx, current, { id: current?.id ?? id, document: { ...kept, ttl, data: { aRecords } } }, nowMs);
}

/**
 * Removes addresses from a name, or all of them if none are given. Other addresses stay; an empty set is removed. Does
 * nothing if there is no set.
 */
export async function removeARecord(
  tx: Transaction,
  record: ARecordPlace & { readonly addresses?: readonly string[]; readonly nowMs: number },
): Promise<void> {
  const { zoneId, name, addresses, nowMs } = record;
  const current = await recordSets.find(tx, `${zoneId}/A/${name}`);
  if (current === undefined) return;
  const known = current.document.data.aRecords ?? [];
  const aRecords = known.filter(({ ipv4Address }) => addresses !== undefined && !addresses.includes(ipv4Address));
  if (aRecords.length === known.length && known.length > 0) return;
  if (aRecords.length === 0) await removeResource(tx, current);
  else await recordSets.update(tx, current, { document: { ...current.document, data: { aRecords } } }, nowMs);
}
