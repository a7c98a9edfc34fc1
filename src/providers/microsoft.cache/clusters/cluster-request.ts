import { bodySchema } from "../../../arm/body-schema.ts";
import { locationRequired, typeLocationNotAvailable } from "../../../arm/errors.ts";
import { checkTags, tagsSchema, type Tags } from "../../../arm/tags.ts";
import { isJsonObject, type JsonObject } from "../../../kernel/json.ts";
import { regionDisplayName, regionName, regionNames } from "../../../kernel/regions.ts";
import { hasFeature, type Feature } from "../api-versions.ts";

const sku = {
  type: "object",
  required: ["name"],
  properties: { name: { type: "string" }, capacity: { type: ["integer", "null"] } },
} as const;

const identity = {
  type: ["object", "null"],
  required: ["type"],
  properties: {
    type: {
      type: "string",
      // Some clients join a list without the space.
      enum: ["None", "SystemAssigned", "UserAssigned", "SystemAssigned, UserAssigned", "SystemAssigned,UserAssigned"],
    },
    userAssignedIdentities: { type: ["object", "null"], additionalProperties: { type: ["object", "null"] } },
  },
} as const;

const encryption = {
  type: ["object", "null"],
  properties: {
    customerManagedKeyEncryption: {
      type: ["object", "null"],
      properties: {
        keyEncryptionKeyIdentity: {
          type: ["object", "null"],
          properties: {
            userAssignedIdentityResourceId: { type: ["string", "null"] },
            identityType: { type: ["string", "null"], enum: ["systemAssignedIdentity", "userAssignedIdentity", null] },
          },
        },
        keyEncryptionKeyUrl: { type: ["string", "null"] },
      },
    },
  },
} as const;

const maintenanceWindow = {
  type: "object",
  required: ["type", "duration", "startHourUtc"],
  properties: {
    type: { type: "string", enum: ["Weekly"] },
    duration: { type: "string" },
    startHourUtc: { type: "integer" },
    schedule: {
      type: ["object", "null"],
      properties: {
        dayOfWeek: {
          type: ["string", "null"],
          enum: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", null],
        },
      },
    },
  },
} as const;

const maintenanceConfiguration = {
  type: ["object", "null"],
  properties: { maintenanceWindows: { type: ["array", "null"], items: maintenanceWindow } },
} as const;

const properties = {
  type: "object",
  properties: {
    minimumTlsVersion: { type: ["string", "null"], enum: ["1.0", "1.1", "1.2", null] },
    highAvailability: { type: ["string", "null"], enum: ["Enabled", "Disabled", null] },
    publicNetworkAccess: { type: ["string", "null"], enum: ["Enabled", "Disabled", null] },
    encryption,
    maintenanceConfiguration,
  },
} as const;

const update = {
  type: "object",
  properties: { tags: tagsSchema, sku, identity, properties },
} as const;

const replacement = {
  type: "object",
  required: ["sku", "properties"],
  properties: {
    ...update.properties,
    zones: { type: ["array", "null"], items: { type: "string" } },
  },
} as const;

const creation = {
  ...replacement,
  properties: {
    ...replacement.properties,
    properties: { ...properties, required: ["publicNetworkAccess"] },
  },
} as const;

const updateSchema = bodySchema(update);
const replacementSchema = bodySchema(replacement);
const creationSchema = bodySchema(creation);

/** The body of a PATCH. */
export type ClusterUpdate = ReturnType<typeof updateSchema.parse>;

/** The body of a PUT. */
export type ClusterReplacement = ReturnType<typeof replacementSchema.parse>;

/** Reads the body of a PUT that creates a cluster. Versions that know `publicNetworkAccess` require it here. */
export function readCreation(body: JsonObject | undefined, apiVersion: string): ClusterReplacement {
  const schema = hasFeature(apiVersion, "publicNetworkAccess") ? creationSchema : replacementSchema;
  return schema.parse(knownPart(body, apiVersion));
}

/** Reads the body of a PUT to a cluster that exists. */
export const readReplacement = (body: JsonObject | undefined, apiVersion: string): ClusterReplacement =>
  replacementSchema.parse(knownPart(body, apiVersion));

/** Reads the body of a PATCH. */
export const readUpdate = (body: JsonObject | undefined, apiVersion: string): ClusterUpdate =>
  updateSchema.parse(knownPart(body, apiVersion));

const topLevelFeatures = new Map<string, Feature>([["identity", "identity"]]);

const propertyFeatures = new Map<string, Feature>([
  ["encryption", "encryption"],
  ["highAvailability", "managedRedis"],
  ["publicNetworkAccess", "publicNetworkAccess"],
  ["maintenanceConfiguration", "maintenanceConfiguration"],
]);

/**
 * A body without the properties that its api-version does not know: they are ignored, also of a wrong type. A body
 * without `properties` is one with an empty object.
 */
function knownPart(body: JsonObject | undefined, apiVersion: string): JsonObject {
  const known = keep(body ?? {}, topLevelFeatures, apiVersion);
  const inner = known["properties"] ?? {};
  return { ...known, properties: isJsonObject(inner) ? keep(inner, propertyFeatures, apiVersion) : inner };
}

function keep(object: JsonObject, features: ReadonlyMap<string, Feature>, apiVersion: string): JsonObject {
  const isKnown = (name: string): boolean => {
    const feature = features.get(name);
    return feature === undefined || hasFeature(apiVersion, feature);
  };
  return Object.fromEntries(Object.entries(object).filter(([name]) => isKnown(name)));
}

// ARM itself checks the location and tags of a tracked resource before the provider reads them.

const locationSchema = bodySchema(
  { type: "object", properties: { location: { type: ["string", "null"] } } },
  "gateway",
);
const bodyTagsSchema = bodySchema({ type: "object", properties: { tags: tagsSchema } }, "gateway");

/** The region name that a PUT gives. @throws ArmError when there is none, or no such region. */
export function readLocation(body: JsonObject | undefined): string {
  const { location } = locationSchema.parse(body ?? {});
  if (location === undefined || location === null || location.trim() === "") throw locationRequired();
  if (regionDisplayName(location) !== undefined) return regionName(location);
  throw typeLocationNotAvailable({ location, type: "Microsoft.Cache/redisEnterprise", locations: regionNames });
}

/** The tags of a body: undefined when it has none, null when it has null. */
export function readTags(body: JsonObject | undefined): Tags | null | undefined {
  const { tags } = bodyTagsSchema.parse(body ?? {});
  if (tags !== undefined && tags !== null) checkTags(tags);
  return tags;
}
