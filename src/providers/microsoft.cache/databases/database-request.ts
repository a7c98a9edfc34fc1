import { bodySchema } from "../../../arm/body-schema.ts";
import { isJsonObject, type JsonObject } from "../../../kernel/json.ts";
import { hasFeature } from "../api-versions.ts";
import type { ClusterKind } from "../skus.ts";
import { clusteringPolicies, evictionPolicies, knownProperties, maxLinkedDatabases } from "./database.ts";
import type { DatabaseModule, DatabaseSettings, GeoReplication, Persistence } from "./database.ts";

/**
 * The body of PUT and PATCH. Read-only properties (`id`, `provisioningState`, `redisVersion`, a module's `version`, a link's
 * `state` …) are not listed here and so are accepted: az and Terraform send back the whole body that they read.
 */
const databaseSchema = bodySchema({
  type: "object",
  properties: {
    properties: {
      type: ["object", "null"],
      properties: {
        clientProtocol: { type: ["string", "null"], enum: ["Encrypted", "Plaintext", null] },
        port: { type: ["integer", "null"], minimum: 1, maximum: 65_535 },
        clusteringPolicy: { type: ["string", "null"], enum: [...clusteringPolicies, null] },
        evictionPolicy: {
          type: ["string", "null"],
          enum: [...evictionPolicies, null],
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

/** The properties that a caller sent: absent when left out, null to reset one. */
export type DatabaseRequest = NonNullable<ReturnType<typeof databaseSchema.parse>["properties"]>;

/** Reads a body; what its api-version does not know is ignored. @throws ArmError with every fault. */
export function readDatabaseRequest(body: JsonObject | undefined, apiVersion: string): DatabaseRequest {
  const properties = body?.["properties"];
  const known = isJsonObject(properties) ? knownProperties(properties, apiVersion) : properties;
  return databaseSchema.parse({ ...body, properties: known }).properties ?? {};
}

/** A request, and what decides how it is read. */
interface SettingsRequest {
  readonly asked: DatabaseRequest;
  readonly apiVersion: string;
  readonly kind: ClusterKind;
}

/** The settings of a database whose body is empty (published, recorded). */
const defaultSettings = (apiVersion: string): DatabaseSettings => ({
  clientProtocol: "Encrypted",
  port: 10_000,
  clusteringPolicy: "OSSCluster",
  evictionPolicy: "VolatileLRU",
  persistence: undefined,
  modules: [],
  geoReplication: undefined,
  notifyKeyspaceEvents: undefined,
  deferUpgrade: "NotDeferred",
  accessKeysAuthentication: hasFeature(apiVersion, "accessKeysOffByDefault") ? "Disabled" : "Enabled",
});

/** The settings of a new database. */
export const initialSettings = (request: SettingsRequest): DatabaseSettings =>
  settle(defaultSettings(request.apiVersion), request);

/**
 * The settings of a database after a PUT: what is left out goes back to its default, except what is decided at creation
 * and what the caller's version does not know.
 */
export function replacedSettings(current: DatabaseSettings, request: SettingsRequest): DatabaseSettings {
  const { port, clusteringPolicy, modules, geoReplication } = current;
  const reset = knownProperties(defaultSettings(request.apiVersion), request.apiVersion);
  return settle({ ...current, ...reset, port, clusteringPolicy, modules, geoReplication }, request);
}

/** The settings of a database after a PATCH: what is left out stays (RFC 7396). */
export function patchedSettings(current: DatabaseSettings, request: SettingsRequest): DatabaseSettings {
  const { persistence } = request.asked;
  if (persistence === undefined || persistence === null) return settle(current, request);
  const merged = { ...current.persistence, ...persistence };
  return settle(current, { ...request, asked: { ...request.asked, persistence: merged } });
}

/** Applies a request to `base`; null asks for the default, or for no change of what is decided at creation. */
function settle(base: DatabaseSettings, { asked, apiVersion, kind }: SettingsRequest): DatabaseSettings {
  const defaults = defaultSettings(apiVersion);
  return {
    clientProtocol: choose(asked.clientProtocol, base.clientProtocol, defaults.clientProtocol),
    port: asked.port ?? base.port,
    clusteringPolicy: asked.clusteringPolicy ?? base.clusteringPolicy,
    evictionPolicy: choose(asked.evictionPolicy, base.evictionPolicy, defaults.evictionPolicy),
    persistence: choose(toPersistence(asked.persistence), base.persistence, undefined),
    modules: toModules(asked.modules, base.modules, kind) ?? base.modules,
    geoReplication: toGeoReplication(asked.geoReplication) ?? base.geoReplication,
    notifyKeyspaceEvents: choose(asked.notifyKeyspaceEvents, base.notifyKeyspaceEvents, undefined),
    deferUpgrade: choose(asked.deferUpgrade, base.deferUpgrade, defaults.deferUpgrade),
    accessKeysAuthentication: choose(
      asked.accessKeysAuthentication,
      base.accessKeysAuthentication,
      defaults.accessKeysAuthentication,
    ),
  };
}

function choose<Value>(asked: Value | null | undefined, base: Value, whenNull: Value): Value {
  if (asked === undefined) return base;
  return asked ?? whenNull;
}

/** A frequency is kept also while its kind is off (recorded 2023); `1s` is the default of AOF when that is on (published). */
function toPersistence(asked: DatabaseRequest["persistence"]): Persistence | null | undefined {
  if (asked === undefined || asked === null) return asked;
  const aofEnabled = asked.aofEnabled ?? false;
  const rdbEnabled = asked.rdbEnabled ?? false;
  return {
    aofEnabled,
    rdbEnabled,
    aofFrequency: asked.aofFrequency ?? (aofEnabled ? "1s" : null),
    rdbFrequency: asked.rdbFrequency ?? null,
  };
}

/**
 * The versions shown for modules that do not report one: as reads show them for v2 (recorded 2025). The version of RedisJSON and
 * those of v1 are not known.
 */
const moduleVersions: Readonly<Record<ClusterKind, Readonly<Record<DatabaseModule["name"], string>>>> = {
  v1: { RedisBloom: "2.4.5", RediSearch: "2.6.9", RedisTimeSeries: "1.8.10", RedisJSON: "2.4.7" },
  v2: { RedisBloom: "2.8.8", RediSearch: "2.10.20", RedisTimeSeries: "1.12.7", RedisJSON: "2.8.4" },
};

/** A module that the database already has keeps its version. */
const toModules = (
  asked: DatabaseRequest["modules"],
  base: readonly DatabaseModule[],
  kind: ClusterKind,
): readonly DatabaseModule[] | undefined =>
  asked?.map(({ name, args }) => {
    const known = base.find((module) => module.name === name);
    return { name, args: args ?? "", version: known?.version ?? moduleVersions[kind][name] };
  });

const toGeoReplication = (asked: DatabaseRequest["geoReplication"]): GeoReplication | undefined =>
  asked === undefined || asked === null
    ? undefined
    : {
        groupNickname: asked.groupNickname ?? "",
        linkedDatabases: (asked.linkedDatabases ?? []).map(({ id }) => id),
      };
