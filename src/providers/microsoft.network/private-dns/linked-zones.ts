import type { Queryable } from "../../../store/store.ts";
import { valuesOf, type RecordTypeName } from "./record-data.ts";
import { recordSets } from "../record-sets/record-set.ts";
import { listLinksTo, type LinkDocument } from "../virtual-network-links/virtual-network-link.ts";

/** A record set as a resolver sees it: `name` is relative to the zone, `@` the zone itself, `values` never empty. */
interface RecordView {
  readonly name: string;
  readonly type: RecordTypeName;
  readonly ttl: number;
  readonly values: readonly string[];
}

/** A zone as a virtual network sees it. */
interface ZoneView {
  readonly zoneName: string;
  /** What happens to a name that the zone does not have: it is refused, or looked up in public. */
  readonly resolutionPolicy: LinkDocument["resolutionPolicy"];
  readonly records: readonly RecordView[];
}

/** Reads the zones of a virtual network's completed links: names are looked up in these from inside the network. */
export async function readZonesLinkedTo(from: Queryable, virtualNetworkId: string): Promise<ZoneView[]> {
  const views: ZoneView[] = [];
  for (const { document, parentKey } of await listLinksTo(from, virtualNetworkId)) {
    if (!document.isCompleted) continue;
    const { zoneName, resolutionPolicy } = document;
    views.push({ zoneName, resolutionPolicy, records: await readRecords(from, parentKey) });
  }
  return views;
}

/** Empty record sets do not exist in DNS (documented). */
async function readRecords(from: Queryable, zoneKey: string): Promise<RecordView[]> {
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
