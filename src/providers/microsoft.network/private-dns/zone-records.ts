import type { Queryable } from "../../../store/store.ts";
import { recordSets } from "../record-sets/record-set.ts";
import { valuesOf, type RecordTypeName } from "./record-data.ts";

/** A record set as a resolver sees it: `name` is relative to the zone, `@` the zone itself, `values` never empty. */
interface RecordView {
  readonly name: string;
  readonly type: RecordTypeName;
  readonly ttl: number;
  readonly values: readonly string[];
}

/** Reads the record sets of a zone. Empty ones do not exist in DNS (documented). */
export async function readZoneRecords(from: Queryable, zoneKey: string): Promise<RecordView[]> {
  const views = (await recordSets.children(from, zoneKey)).map(
    ({ document: { name, recordType: type, ttl, data } }) => ({
      name,
      type,
      ttl,
      values: valuesOf(type, data),
    }),
  );
  return views.filter(({ values }) => values.length > 0);
}
