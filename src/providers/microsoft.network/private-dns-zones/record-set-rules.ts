import type { Queryable } from "../../../store/store.ts";
import { networkError } from "../network-errors.ts";
import type { StoredZone } from "./dns-documents.ts";
import { dnsLimits } from "./dns-limits.ts";
import { listRecordSets, recordSetsNamed } from "./dns-store.ts";
import { apex } from "./domain-names.ts";
import type { RecordTypeName } from "./record-types.ts";

/**
 * Lets a record set come into being. @throws ArmError when its name is not for its type or taken by an alias, or the zone
 * is full. The sentences about aliases are those of the public DNS provider (quoted by users), the others are ours.
 */
export async function checkCreatable(
  from: Queryable,
  zone: StoredZone,
  { type, name }: { type: RecordTypeName; name: string },
): Promise<void> {
  if (type === "SOA") {
    throw networkError("BadRequest", `A zone has one SOA record set, which is called '${apex}': '${name}' is not.`);
  }
  if (type === "CNAME" && name === apex) {
    throw networkError("BadRequest", "A CNAME record set cannot be created at the zone apex.");
  }
  await checkAliases(from, zone, { type, name });
  const { recordSetsPerZone } = dnsLimits;
  if ((await listRecordSets(from, zone.key)).length >= recordSetsPerZone) {
    throw networkError("BadRequest", `The zone '${zone.document.name}' already has ${recordSetsPerZone} record sets.`);
  }
}

/** Nothing else has the name of an alias (RFC 1034 §3.6.2). */
async function checkAliases(
  from: Queryable,
  zone: StoredZone,
  { type, name }: { type: RecordTypeName; name: string },
): Promise<void> {
  const others = await recordSetsNamed(from, { zoneId: zone.id, name });
  const isAlias = others.some(({ document }) => document.recordType === "CNAME");
  if (!isAlias && (type !== "CNAME" || others.length === 0)) return;
  const other = isAlias ? "a CNAME" : "another";
  throw networkError(
    "Conflict",
    `The ${type} record could not be created because ${other} record with the same name already exists in this zone.`,
  );
}
