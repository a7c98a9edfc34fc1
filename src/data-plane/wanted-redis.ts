import type { RedisToken } from "../store/redis-tokens.ts";
import type { ClusterFacts, DatabaseFacts } from "./facts.ts";
import type { DataPlaneLimits } from "./limits.ts";
import { aclRules } from "./redis/acl-rules.ts";
import { fixedConfig, liveConfig } from "./redis/redis-config.ts";
import type { WantedRedis } from "./redis/redis-run.ts";

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
