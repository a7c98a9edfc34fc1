import { dnsSource } from "../../src/app/dns.ts";
import type { ZoneFacts } from "../../src/data-plane/dns/dns-facts.ts";
import type { Queryable } from "../../src/store/store.ts";

/** The zones of a virtual network's completed links, as resolvers read them. */
export async function readZonesLinkedTo(from: Queryable, virtualNetworkId: string): Promise<ZoneFacts[]> {
  const source = dnsSource(from);
  const zones: ZoneFacts[] = [];
  for (const { networkKey, zoneKey, ...zone } of (await source.links.list()).values()) {
    if (networkKey !== virtualNetworkId.toLowerCase()) continue;
    zones.push({ ...zone, records: await source.readRecords(zoneKey) });
  }
  return zones;
}
