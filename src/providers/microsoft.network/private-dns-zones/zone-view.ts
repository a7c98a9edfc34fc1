import type { Queryable } from "../../../store/store.ts";
import type { LinkDocument } from "./dns-documents.ts";
import { listLinksTo, listRecordSets } from "./dns-store.ts";
import { valuesOf } from "./record-types.ts";
import type { RecordTypeName } from "./record-types.ts";

/** A record set as a resolver sees it: `name` is relative to the zone, `@` the zone itself, `values` never empty. */
export interface RecordView {
  readonly name: string;
  readonly type: RecordTypeName;
  readonly ttl: number;
  readonly values: readonly string[];
}

/** A zone as a virtual network sees it. */
export interface ZoneView {
  readonly zoneName: string;
  /** What becomes of a name that the zone does not have: refused, or looked up in public. */
  readonly resolutionPolicy: LinkDocument["resolutionPolicy"];
  readonly records: readonly RecordView[];
}

/** The zones that names are looked up in by what is in a virtual network: those of its completed links. */
export async function readZonesLinkedTo(from: Queryable, virtualNetworkId: string): Promise<ZoneView[]> {
  const views: ZoneView[] = [];
  for (const { document, parentKey } of await listLinksTo(from, virtualNetworkId)) {
    if (!document.isCompleted) continue;
    const { zoneName, resolutionPolicy } = document;
    views.push({ zoneName, resolutionPolicy, records: await readRecords(from, parentKey) });
  }
  return views;
}

/** Empty record sets are none in DNS (documented). */
async function readRecords(from: Queryable, zoneKey: string): Promise<RecordView[]> {
  const recordSets = await listRecordSets(from, zoneKey);
  const views = recordSets.map(({ document: { name, recordType: type, ttl, data } }) => ({
    name,
    type,
    ttl,
    values: valuesOf(type, data),
  }));
  return views.filter(({ values }) => values.length > 0);
}
