import type { RedisToken } from "../store/redis-tokens.ts";
import type { ClusterFacts, DatabaseFacts } from "./facts.ts";
import { aclRules } from "./redis/acl-rules.ts";
import { fixedConfig, liveConfig } from "./redis/redis-config.ts";
import type { WantedRedis } from "./redis/redis-run.ts";

/** What a database's Redis is to be like, by what the store says and the tokens that are valid. */
export function wantedRedis(
  { sizeInBytes }: ClusterFacts,
  database: DatabaseFacts,
  context: { tokens: readonly RedisToken[]; maxMemoryBytes: number; placeholder: string },
): WantedRedis {
  return {
    live: liveConfig(database, Math.min(sizeInBytes, context.maxMemoryBytes)),
    fixed: fixedConfig(database, context.placeholder),
    acl: aclRules(database, context.tokens),
    isPersistent: database.appendOnly !== "off" || database.snapshotSeconds !== undefined,
  };
}
