import type { ConnectionStatus } from "../private-link/state-machine.ts";

/** What the data plane has to know of a cluster. */
export interface ClusterFacts {
  readonly id: string;
  /** `id` in lower case. */
  readonly key: string;
  readonly name: string;
  /** In public DNS. */
  readonly hostName: string;
  /** In the private DNS zone. */
  readonly privateHostName: string;
  /** null is the older rule: public until there is a private endpoint. */
  readonly publicNetworkAccess: "Enabled" | "Disabled" | null;
  readonly sizeInBytes: number;
  /** Client connections to its database at once. */
  readonly maxConnections: number;
  /** How long a client may be silent; 0 for no limit. */
  readonly idleMs: number;
  readonly connections: readonly ConnectionFacts[];
  readonly database: DatabaseFacts | undefined;
}

/** A private endpoint connection. Removed ones are not listed. */
export interface ConnectionFacts {
  readonly name: string;
  readonly privateEndpointId: string;
  readonly status: ConnectionStatus;
  /** The private endpoint's address in its virtual network; undefined when there is no such endpoint. */
  readonly vnetAddress: string | undefined;
}

/** A database and who may use it. */
export interface DatabaseFacts {
  readonly id: string;
  readonly key: string;
  /** Distinguishes a database from an earlier one of the same id. */
  readonly createdAtMs: number;
  /** Whether it is neither being created nor being deleted. */
  readonly isServing: boolean;
  /** Why it has no Redis, which is not tried again until the database is written; undefined for one that is to have it. */
  readonly failure: string | undefined;
  readonly port: number;
  readonly clientProtocol: "Encrypted" | "Plaintext";
  readonly clusteringPolicy: "EnterpriseCluster" | "OSSCluster" | "NoCluster";
  /** Redis's own name: `volatile-lru`. */
  readonly evictionPolicy: string;
  readonly appendOnly: "off" | "everysec" | "always";
  /** Seconds between snapshots; undefined when there are none. */
  readonly snapshotSeconds: number | undefined;
  /** Flags, as Redis's setting takes them. */
  readonly notifyKeyspaceEvents: string;
  /** The passwords of user `default`; undefined when access keys are disabled. Secret. */
  readonly accessKeys: { readonly primary: string; readonly secondary: string } | undefined;
  readonly modules: readonly WantedModule[];
  readonly assignments: readonly AssignmentFacts[];
}

/** A module that a database asks for, by Azure's name and with its arguments in one text. */
export interface WantedModule {
  readonly name: "RedisBloom" | "RediSearch" | "RedisTimeSeries" | "RedisJSON";
  readonly args: string;
}

/** A user of a database and its permissions, as Redis's ACL spells them. */
interface AssignmentFacts {
  /** In lower case. */
  readonly objectId: string;
  readonly accessString: string;
}

/** Where the facts come from: the store, read in the providers' terms. */
export interface FactSource {
  /** The keys of all clusters. */
  listClusterKeys(): Promise<readonly string[]>;
  /** undefined when there is no such cluster. */
  readCluster(key: string): Promise<ClusterFacts | undefined>;
  /** The key of the cluster that a resource is or belongs to; undefined for any other resource. */
  clusterKeyOf(resourceKey: string): string | undefined;
}
