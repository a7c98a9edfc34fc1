import type { RedisToken } from "../../store/redis-tokens.ts";
import type { ClusterFacts, DatabaseFacts } from "../facts.ts";
import { redisLimits } from "../limits.ts";
import type { DataPlaneLimits } from "../limits.ts";
import { aclRules } from "./acl.ts";
import type { WantedRedis } from "./redis-run.ts";

/** Settings by Redis's own names (redis.conf). */
export type RedisConfig = Readonly<Record<string, string>>;

/** What can change while the server runs. */
export function liveConfig(
  { evictionPolicy, appendOnly, snapshotSeconds, notifyKeyspaceEvents }: DatabaseFacts,
  { memoryBytes, connections }: { memoryBytes: number; connections: number },
): RedisConfig {
  return {
    maxmemory: String(memoryBytes),
    maxclients: String(connections + redisLimits.reservedConnections),
    "maxmemory-policy": evictionPolicy,
    "notify-keyspace-events": notifyKeyspaceEvents,
    save: snapshotSeconds === undefined ? "" : `${snapshotSeconds} 1`,
    appendonly: appendOnly === "off" ? "no" : "yes",
    appendfsync: appendOnly === "off" ? "everysec" : appendOnly,
  };
}

/** What takes a restart to change. */
export function fixedConfig({ clusteringPolicy, port }: DatabaseFacts, announcedAddress: string): RedisConfig {
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

/** Settings as lines of a configuration file. */
export const configLines = (config: RedisConfig): string[] =>
  Object.entries(config).map(([name, value]) => `${name} ${quoted(value)}`);

/** A text, quoted as Redis's parser takes it (sds.c: sdssplitargs). */
export const quoted = (text: string): string => quotedBytes(Buffer.from(text, "utf8").toString("latin1"));

/** The same of a string of bytes, one character a byte. */
export const quotedBytes = (bytes: string): string => `"${bytes.replaceAll(/["\\]|[^ -~]/g, escaped)}"`;

const escaped = (byte: string): string =>
  byte === '"' || byte === "\\" ? `\\${byte}` : `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`;

/** What a database's Redis is to be like, by what the store says and the tokens that are valid. */
export function wantedRedis(
  cluster: ClusterFacts,
  database: DatabaseFacts,
  context: { tokens: readonly RedisToken[]; limits: DataPlaneLimits; placeholder: string },
): WantedRedis {
  const memoryBytes = Math.min(cluster.sizeInBytes, context.limits.maxMemoryBytes);
  const connections = Math.min(cluster.maxConnections, context.limits.maxConnections);
  return {
    live: liveConfig(database, { memoryBytes, connections }),
    fixed: fixedConfig(database, context.placeholder),
    acl: aclRules(database, context.tokens),
    modules: database.modules,
    isPersistent: database.appendOnly !== "off" || database.snapshotSeconds !== undefined,
  };
}
