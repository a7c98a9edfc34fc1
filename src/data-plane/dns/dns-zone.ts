import type { ClusterNameFacts, RecordType, ZoneFacts } from "./dns-facts.ts";

/** One record. `value` is as in a zone file; it is empty for an address that is known only by its path. */
export interface DnsRecord {
  readonly name: string;
  readonly type: RecordType;
  /** Seconds. */
  readonly ttl: number;
  readonly value: string;
  /** The path that this address leads to, if it leads to one. */
  readonly pathKey?: string;
}

/** A zone, with its records by name. */
export interface DnsZone {
  /** In lower case, as all names here. */
  readonly apex: string;
  /** By name; a name above others has an entry without records (RFC 8020). */
  readonly nodes: ReadonlyMap<string, readonly DnsRecord[]>;
  /** Part of every negative answer (RFC 2308 §3). */
  readonly authority: DnsRecord;
  /** Whether a name that it does not have is looked up in public. */
  readonly redirectsMissing: boolean;
}

/** Seconds that an answer from public DNS may be kept: as few as for a private endpoint's record (recorded). */
const publicTtl = 10;

/** The public zones, with the names of all clusters. A cluster without a connection has no private name. */
export function publicZones(clusters: readonly ClusterNameFacts[]): DnsZone[] {
  const records = clusters.flatMap(clusterRecords);
  return publicApexes.map((apex) => {
    const soa = { name: apex, type: "SOA", ttl: publicTtl, value: soaOf(apex) } as const;
    return zoneOf(apex, [soa, ...records.filter(({ name }) => isWithin(name, apex))], false);
  });
}

/** The zones of Azure Managed Redis and of Azure Cache for Redis Enterprise. */
const publicApexes = ["redis.azure.net", "redisenterprise.cache.azure.net"] as const;

const soaOf = (apex: string): string => `ns.${apex} hostmaster.${apex} 1 3600 300 2419200 ${publicTtl}`;

function clusterRecords(cluster: ClusterNameFacts): DnsRecord[] {
  const { pathKey, hasConnection } = cluster;
  const name = cluster.hostName.toLowerCase();
  const alias = cluster.privateHostName.toLowerCase();
  const address = { type: "A", ttl: publicTtl, value: "", pathKey } as const;
  if (!hasConnection) return [{ name, ...address }];
  return [
    { name, type: "CNAME", ttl: publicTtl, value: alias },
    { name: alias, ...address },
  ];
}

/** A private zone; `paths` has the keys of the paths of the network's own endpoints, by their addresses. */
export function privateZone(zone: ZoneFacts, paths: ReadonlyMap<string, string>): DnsZone {
  const apex = zone.zoneName.toLowerCase();
  const records = zone.records.flatMap(({ name, type, ttl, values }) => {
    const fullName = name === "@" ? apex : `${name.toLowerCase()}.${apex}`;
    return values.map((value) => {
      const pathKey = type === "A" ? paths.get(value) : undefined;
      return { name: fullName, type, ttl, value, ...(pathKey === undefined ? {} : { pathKey }) };
    });
  });
  return zoneOf(apex, records, zone.resolutionPolicy === "NxDomainRedirect");
}

function zoneOf(apex: string, records: readonly DnsRecord[], redirectsMissing: boolean): DnsZone {
  const nodes = new Map<string, DnsRecord[]>([[apex, []]]);
  for (const record of records) {
    for (let above = parentOf(record.name); isWithin(above, apex); above = parentOf(above)) {
      if (!nodes.has(above)) nodes.set(above, []);
    }
    const known = nodes.get(record.name);
    if (known === undefined) nodes.set(record.name, [record]);
    else known.push(record);
  }
  return { apex, nodes, authority: authorityOf(apex, nodes.get(apex) ?? []), redirectsMissing };
}

/** A negative answer is kept as long as the zone's SOA says (RFC 2308 §5). */
function authorityOf(apex: string, records: readonly DnsRecord[]): DnsRecord {
  const { ttl, value } = records.find(({ type }) => type === "SOA") ?? { ttl: publicTtl, value: soaOf(apex) };
  const minimumTtl = Number(value.split(" ").at(-1));
  return { name: apex, type: "SOA", ttl: Math.min(ttl, minimumTtl), value };
}

/** A zone's records with a name, including wildcards (RFC 4592); undefined when there is no such name. */
export function recordsNamed(zone: DnsZone, name: string): readonly DnsRecord[] | undefined {
  const key = name.toLowerCase();
  const exact = zone.nodes.get(key);
  if (exact !== undefined) return exact.map((record) => ({ ...record, name }));
  let encloser = parentOf(key);
  while (!zone.nodes.has(encloser) && isWithin(encloser, zone.apex)) encloser = parentOf(encloser);
  return zone.nodes.get(`*.${encloser}`)?.map((record) => ({ ...record, name }));
}

/** Whether a name, in lower case, is the zone's or below it. */
export const isWithin = (name: string, apex: string): boolean => name === apex || name.endsWith(`.${apex}`);

const parentOf = (name: string): string => name.slice(name.indexOf(".") + 1 || name.length);
