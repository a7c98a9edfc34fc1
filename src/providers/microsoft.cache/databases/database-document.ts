import type { ClusterKind } from "../skus.ts";
import type { ProvisioningState, ResourceState } from "../clusters/cluster-document.ts";

export type ClientProtocol = "Encrypted" | "Plaintext";
export type ClusteringPolicy = "EnterpriseCluster" | "OSSCluster" | "NoCluster";
export type EvictionPolicy =
  | "AllKeysLFU"
  | "AllKeysLRU"
  | "AllKeysRandom"
  | "VolatileLRU"
  | "VolatileLFU"
  | "VolatileTTL"
  | "VolatileRandom"
  | "NoEviction";
export type ModuleName = "RedisBloom" | "RediSearch" | "RedisTimeSeries" | "RedisJSON";

/** A frequency is kept while its kind of persistence is off (recorded 2023); null when none was ever said. */
export interface Persistence {
  readonly aofEnabled: boolean;
  readonly rdbEnabled: boolean;
  readonly aofFrequency: "1s" | "always" | null;
  readonly rdbFrequency: "1h" | "6h" | "12h" | null;
}

export interface DatabaseModule {
  readonly name: ModuleName;
  readonly args: string;
  readonly version: string;
}

export interface GeoReplication {
  readonly groupNickname: string;
  /** Ids of the databases in the group, itself among them. */
  readonly linkedDatabases: readonly string[];
}

/** What callers decide about a database. */
export interface DatabaseSettings {
  readonly clientProtocol: ClientProtocol;
  readonly port: number;
  readonly clusteringPolicy: ClusteringPolicy;
  readonly evictionPolicy: EvictionPolicy;
  /** undefined until someone sets it, then shown even when all is off. */
  readonly persistence: Persistence | undefined;
  readonly modules: readonly DatabaseModule[];
  readonly geoReplication: GeoReplication | undefined;
  readonly notifyKeyspaceEvents: string | undefined;
  readonly deferUpgrade: "Deferred" | "NotDeferred";
  readonly accessKeysAuthentication: "Enabled" | "Disabled";
}

/** The passwords of user `default`. Secret: they leave only through listKeys and regenerateKey. */
export interface AccessKeys {
  readonly primary: string;
  readonly secondary: string;
}

/** What is kept of a database, of whichever api-version it was written with. */
export interface DatabaseDocument extends DatabaseSettings {
  readonly name: string;
  /** What is shown while no Redis tells its own. */
  readonly redisVersion: string;
  readonly keys: AccessKeys;
  readonly provisioningState: ProvisioningState;
  readonly resourceState: ResourceState;
  /** The operation that the provisioning state waits for; a later one takes its place. */
  readonly operationId: string | undefined;
  /** Why its Redis did not start, in one sentence; undefined for a database that is to have one. */
  readonly failure?: string | undefined;
}

export const databaseTypeKey = "microsoft.cache/redisenterprise/databases";

/** The one name that a database can have (documented: clusters are limited to a single database). */
export const databaseName = "default";

/** Documented: a geo-replication group spans at most this many instances. */
export const maxLinkedDatabases = 5;

/** The Redis version that new databases run: recorded for v2, published examples for v1. */
export const initialRedisVersion: Readonly<Record<ClusterKind, string>> = { v1: "6.0", v2: "7.4" };

/** The Redis version that an upgrade leads to. */
export const newestRedisVersion: Readonly<Record<ClusterKind, string>> = { v1: "7.2", v2: "7.4" };

/**
 * The versions of modules that tell none: as reads say for v2 (recorded 2025), RedisJSON apart, whose version and those of v1 are
 * not known.
 */
export const moduleVersions: Readonly<Record<ClusterKind, Readonly<Record<ModuleName, string>>>> = {
  v1: { RedisBloom: "2.4.5", RediSearch: "2.6.9", RedisTimeSeries: "1.8.10", RedisJSON: "2.4.7" },
  v2: { RedisBloom: "2.8.8", RediSearch: "2.10.20", RedisTimeSeries: "1.12.7", RedisJSON: "2.8.4" },
};

/** The versions that the answer to a creation says, whatever will be loaded (recorded 2023 to 2025). */
export const moduleVersionsAtCreation: Readonly<Partial<Record<ModuleName, string>>> = {
  RedisBloom: "2.2.4",
  RediSearch: "2.0.6",
  RedisTimeSeries: "1.4.8",
};
