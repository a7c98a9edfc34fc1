import type { ClusterFacts, DatabaseFacts, WantedModule } from "../facts.ts";
import { redisLimits, type DataPlaneLimits } from "../limits.ts";
import { aclRules, type AclRules, type TokensOf } from "./acl.ts";

/** Settings by Redis's own names (redis.conf). */
export type RedisConfig = Readonly<Record<string, string>>;

/** How a database's server is to be set up. */
export interface WantedRedis {
  /** Settings that can change while the server runs. */
  readonly live: RedisConfig;
  /** Settings that take a restart to change. */
  readonly fixed: RedisConfig;
  readonly acl: AclRules;
  /** Loaded when the server starts; they never change. */
  readonly modules: readonly WantedModule[];
  readonly isPersistent: boolean;
}

/** The facts that a server depends on, besides its database. */
export type RedisFacts = Pick<ClusterFacts, "sizeInBytes" | "maxConnections">;

/** How a database's server is to be set up, from the store's facts and the valid tokens. */
export function wantedRedis(
  cluster: RedisFacts,
  database: DatabaseFacts,
  context: { tokensOf: TokensOf; limits: DataPlaneLimits; placeholder: string },
): WantedRedis {
  return {
    live: liveConfig(cluster, database, context.limits),
    fixed: fixedConfig(database, context.placeholder),
    acl: aclRules(database, context.tokensOf),
    modules: database.modules,
    isPersistent: database.appendOnly !== "off" || database.snapshotSeconds !== undefined,
  };
}

function liveConfig(cluster: RedisFacts, database: DatabaseFacts, limits: DataPlaneLimits): RedisConfig {
  const { evictionPolicy, appendOnly, snapshotSeconds, notifyKeyspaceEvents } = database;
  const connections = Math.min(cluster.maxConnections, limits.maxConnections);
  return {
    maxmemory: String(Math.min(cluster.sizeInBytes, limits.maxMemoryBytes)),
    maxclients: String(connections + redisLimits.reservedConnections),
    "maxmemory-policy": evictionPolicy,
    "notify-keyspace-events": notifyKeyspaceEvents,
    save: snapshotSeconds === undefined ? "" : `${snapshotSeconds} 1`,
    appendonly: appendOnly === "off" ? "no" : "yes",
    appendfsync: appendOnly === "off" ? "everysec" : appendOnly,
  };
}

function fixedConfig({ clusteringPolicy, port }: DatabaseFacts, announcedAddress: string): RedisConfig {
  const databases = "1";
  if (clusteringPolicy !== "OSSCluster") return { databases };
  return {
    databases,
    "cluster-enabled": "yes",
    "cluster-announce-port": String(port),
    "cluster-announce-ip": announcedAddress,
  };
}

/** Whether two sets of settings are the same. */
export const isSameConfig = (one: RedisConfig, other: RedisConfig): boolean =>
  Object.keys({ ...one, ...other }).every((name) => one[name] === other[name]);
