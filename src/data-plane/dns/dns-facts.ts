/** The types of records that zones hold. */
export type RecordType = "A" | "AAAA" | "CNAME" | "MX" | "PTR" | "SOA" | "SRV" | "TXT";

/** A record set of a private zone: `name` is relative, `@` the zone itself; values as a zone file has them (RFC 1035 §5). */
export interface RecordSetFacts {
  readonly name: string;
  readonly type: RecordType;
  readonly ttl: number;
  readonly values: readonly string[];
}

/** A private DNS zone that is linked to a network. */
export interface ZoneFacts {
  readonly zoneName: string;
  /** Whether a name that the zone does not have does not exist, or is looked up in public. */
  readonly resolutionPolicy: "Default" | "NxDomainRedirect";
  readonly records: readonly RecordSetFacts[];
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

/** What names mean in one virtual network. */
export interface NetworkFacts {
  readonly zones: readonly ZoneFacts[];
  /** The private endpoints in the network. */
  readonly endpoints: readonly { readonly vnetAddress: string; readonly pathKey: string }[];
}

/** A virtual network. */
export interface NetworkName {
  readonly id: string;
  /** `id` in lower case. */
  readonly key: string;
}

/** Where names come from: the store, read in the providers' terms. */
export interface DnsSource {
  /** All virtual networks, by key. */
  listNetworks(): Promise<readonly NetworkName[]>;
  listClusterNames(): Promise<readonly ClusterNameFacts[]>;
  readNetwork(key: string): Promise<NetworkFacts>;
  /** A path's address on this machine; undefined when it has none yet. */
  addressOf(pathKey: string): Promise<string | undefined>;
  /** Whether a change of this resource may change what names mean. */
  affectsNames(resourceKey: string): boolean;
  /** Whether a resource is a virtual network. */
  isNetwork(resourceKey: string): boolean;
}
