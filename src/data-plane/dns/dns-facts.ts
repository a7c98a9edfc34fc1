import type { FactReader } from "./followed-facts.ts";

/** The types of records that zones hold. */
export type RecordType = "A" | "AAAA" | "CNAME" | "MX" | "PTR" | "SOA" | "SRV" | "TXT";

/** A record set of a private zone: `name` is relative, `@` the zone itself; values as a zone file has them (RFC 1035 §5). */
export interface RecordSetFacts {
  readonly name: string;
  readonly type: RecordType;
  readonly ttl: number;
  readonly values: readonly string[];
}

/** A private DNS zone as a network that it is linked to sees it. */
export interface ZoneFacts {
  readonly zoneName: string;
  /** Whether a name that the zone does not have does not exist, or is looked up in public. */
  readonly resolutionPolicy: "Default" | "NxDomainRedirect";
  readonly records: readonly RecordSetFacts[];
}

/** A completed link of a private DNS zone to a network. */
export interface LinkFacts extends Omit<ZoneFacts, "records"> {
  readonly zoneKey: string;
  readonly networkKey: string;
}

/** A private endpoint, by whose key its path is found. */
export interface EndpointFacts {
  readonly networkKey: string;
  readonly vnetAddress: string;
}

/** A cluster's names in public DNS. */
export interface ClusterNameFacts {
  /** The key of its public path. */
  readonly pathKey: string;
  readonly hostName: string;
  /** Its name in the private DNS zone. The public name becomes an alias of it. */
  readonly privateHostName: string;
  /** Whether it has a private endpoint connection in any state. */
  readonly hasConnection: boolean;
}

/** A virtual network. */
export interface NetworkName {
  readonly id: string;
  /** `id` in lower case. */
  readonly key: string;
}

/** What a change of a resource may change: the facts of a cluster, endpoint or link, or the records of a zone. */
export interface NameChange {
  readonly of: "clusterName" | "endpoint" | "link" | "zone";
  /** Of the resource that the facts or records are read of. */
  readonly key: string;
}

/** Where names come from: the store, read in the providers' terms. */
export interface DnsSource {
  /** All virtual networks, by key. */
  listNetworks(): Promise<readonly NetworkName[]>;
  /** By the key of the cluster. */
  readonly clusterNames: FactReader<ClusterNameFacts>;
  /** By the key of the endpoint, which is also its path's. */
  readonly endpoints: FactReader<EndpointFacts>;
  /** By the key of the link. */
  readonly links: FactReader<LinkFacts>;
  /** The record sets of a zone, by its key, without those that are empty. */
  readRecords(zoneKey: string): Promise<readonly RecordSetFacts[]>;
  /** A path's address on this machine; undefined when it has none yet. */
  addressOf(pathKey: string): Promise<string | undefined>;
  /** What the change of a resource may change; undefined when names mean the same after it. */
  changeOf(resourceKey: string): NameChange | undefined;
  /** Whether a resource is a virtual network. */
  isNetwork(resourceKey: string): boolean;
}
