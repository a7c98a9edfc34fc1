import { bodySchema } from "../../../arm/body-schema.ts";
import { isJsonObject } from "../../../kernel/json.ts";
import type { JsonObject } from "../../../kernel/json.ts";
import { hasFeature } from "../api-versions.ts";
import type { Feature } from "../api-versions.ts";
import { maxLinkedDatabases } from "./database-document.ts";

/**
 * What callers write, for PUT and PATCH alike. Read-only properties (`id`, `provisioningState`, `redisVersion`, a
 * module's `version`, a link's `state` …) are not named here and so are let through: az and Terraform send back the
 * whole body that they read.
 */
const databaseSchema = bodySchema({
  type: "object",
  properties: {
    properties: {
      type: ["object", "null"],
      properties: {
        clientProtocol: { type: ["string", "null"], enum: ["Encrypted", "Plaintext", null] },
        port: { type: ["integer", "null"], minimum: 1, maximum: 65_535 },
        clusteringPolicy: { type: ["string", "null"], enum: ["EnterpriseCluster", "OSSCluster", "NoCluster", null] },
        evictionPolicy: {
          type: ["string", "null"],
          enum: [
            "AllKeysLFU",
            "AllKeysLRU",
            "AllKeysRandom",
            "VolatileLRU",
            "VolatileLFU",
            "VolatileTTL",
            "VolatileRandom",
            "NoEviction",
            null,
          ],
        },
        persistence: {
          type: ["object", "null"],
          properties: {
            aofEnabled: { type: ["boolean", "null"] },
            rdbEnabled: { type: ["boolean", "null"] },
            aofFrequency: { type: ["string", "null"], enum: ["1s", "always", null] },
            rdbFrequency: { type: ["string", "null"], enum: ["1h", "6h", "12h", null] },
          },
        },
        modules: {
          type: ["array", "null"],
          items: {
            type: "object",
            required: ["name"],
            properties: {
              name: { type: "string", enum: ["RedisBloom", "RediSearch", "RedisTimeSeries", "RedisJSON"] },
              args: { type: ["string", "null"] },
            },
          },
        },
        geoReplication: {
          type: ["object", "null"],
          properties: {
            groupNickname: { type: ["string", "null"] },
            linkedDatabases: {
              type: ["array", "null"],
              maxItems: maxLinkedDatabases,
              items: { type: "object", required: ["id"], properties: { id: { type: "string" } } },
            },
          },
        },
        // The flags of Redis's own setting (redis.conf: notify-keyspace-events).
        notifyKeyspaceEvents: { type: ["string", "null"], pattern: "^[KEg$lshzxetdmnoA]*$" },
        deferUpgrade: { type: ["string", "null"], enum: ["Deferred", "NotDeferred", null] },
        accessKeysAuthentication: { type: ["string", "null"], enum: ["Enabled", "Disabled", null] },
      },
    },
  },
});

/** The properties that a caller sent: absent where left out, null where to be forgotten. */
export type DatabaseRequest = NonNullable<ReturnType<typeof databaseSchema.parse>["properties"]>;

/** Properties that not every version has, and the feature that brings them. */
const introducedBy: ReadonlyMap<string, Feature> = new Map([
  ["persistence", "persistence"],
  ["geoReplication", "geoReplication"],
  ["notifyKeyspaceEvents", "notifyKeyspaceEvents"],
  ["deferUpgrade", "deferUpgrade"],
  ["accessKeysAuthentication", "managedRedis"],
]);

/** Whether an api-version has a property of databases. */
export const knowsProperty = (apiVersion: string, name: string): boolean => {
  const feature = introducedBy.get(name);
  return feature === undefined || hasFeature(apiVersion, feature);
};

/** Reads a body; what its api-version does not know is passed over. @throws ArmError naming every fault. */
export function readDatabaseRequest(body: JsonObject | undefined, apiVersion: string): DatabaseRequest {
  return databaseSchema.parse(withoutUnknown(body ?? {}, apiVersion)).properties ?? {};
}

function withoutUnknown(body: JsonObject, apiVersion: string): JsonObject {
  const { properties } = body;
  if (!isJsonObject(properties)) return body;
  const known = Object.entries(properties).filter(([name]) => knowsProperty(apiVersion, name));
  return { ...body, properties: Object.fromEntries(known) };
}
