import { isDeepStrictEqual } from "node:util";
import { hasZones } from "../../../kernel/regions.ts";
import { hasFeature, type Feature } from "../api-versions.ts";
import { findSku } from "../skus.ts";
import type { ClusterReplacement, ClusterUpdate } from "./cluster-request.ts";
import type { ClusterDocument } from "./cluster.ts";
import { replacedEncryption, updatedEncryption } from "./encryption-rules.ts";
import { replacedIdentity, updatedIdentity, type IdentityOwner } from "./identity-rules.ts";
import { replacedMaintenance, updatedMaintenance } from "./maintenance-rules.ts";

/** What clients set of a cluster, except its location, name and tags. */
export type ClusterSettings = Pick<
  ClusterDocument,
  | "sku"
  | "zones"
  | "identity"
  | "encryption"
  | "minimumTlsVersion"
  | "highAvailability"
  | "publicNetworkAccess"
  | "maintenanceConfiguration"
>;

export interface SettingsContext {
  readonly apiVersion: string;
  readonly owner: IdentityOwner;
}

const defaults = {
  zones: undefined,
  identity: { type: "None" },
  encryption: undefined,
  minimumTlsVersion: "1.2",
  highAvailability: "Enabled",
  publicNetworkAccess: null,
  maintenanceConfiguration: undefined,
} as const satisfies Omit<ClusterSettings, "sku">;

/**
 * The settings after a PUT, not yet checked. What the body leaves out gets its default; what the api-version does not
 * know, the zones and a `publicNetworkAccess` that is set stay.
 */
export function replacedSettings(
  body: ClusterReplacement,
  current: ClusterSettings | undefined,
  { apiVersion, owner }: SettingsContext,
): ClusterSettings {
  const before: Omit<ClusterSettings, "sku"> = current ?? defaults;
  const { encryption, minimumTlsVersion, highAvailability, publicNetworkAccess, maintenanceConfiguration } =
    body.properties;
  const knows = (feature: Feature): boolean => hasFeature(apiVersion, feature);
  return {
    sku: skuOf(body.sku, current?.sku),
    zones: zonesOf(body.zones) ?? before.zones,
    identity: knows("identity") ? replacedIdentity(body.identity, owner) : before.identity,
    encryption: knows("encryption") ? replacedEncryption(encryption) : before.encryption,
    minimumTlsVersion: minimumTlsVersion ?? defaults.minimumTlsVersion,
    highAvailability: knows("managedRedis") ? (highAvailability ?? defaults.highAvailability) : before.highAvailability,
    publicNetworkAccess: publicNetworkAccess ?? before.publicNetworkAccess,
    maintenanceConfiguration: knows("maintenanceConfiguration")
      ? replacedMaintenance(maintenanceConfiguration)
      : before.maintenanceConfiguration,
  };
}

/** The settings after a PATCH, not yet checked: what the body leaves out stays, null restores the default (RFC 7396). */
export function updatedSettings(
  body: ClusterUpdate,
  current: ClusterSettings,
  { owner }: SettingsContext,
): ClusterSettings {
  const { minimumTlsVersion, highAvailability, publicNetworkAccess, encryption, maintenanceConfiguration } =
    body.properties ?? {};
  return {
    sku: body.sku === undefined ? current.sku : skuOf(body.sku, current.sku),
    zones: current.zones,
    identity: updatedIdentity(body.identity, current.identity, owner),
    encryption: updatedEncryption(encryption, current.encryption),
    minimumTlsVersion: merged(minimumTlsVersion, current.minimumTlsVersion, defaults.minimumTlsVersion),
    highAvailability: merged(highAvailability, current.highAvailability, defaults.highAvailability),
    publicNetworkAccess: publicNetworkAccess ?? current.publicNetworkAccess,
    maintenanceConfiguration: updatedMaintenance(maintenanceConfiguration, current.maintenanceConfiguration),
  };
}

const merged = <Value>(asked: Value | null | undefined, current: Value, whenNull: Value): Value =>
  asked === undefined ? current : (asked ?? whenNull);

/** The SKU in its published spelling. A capacity that is left out stays with the same SKU, else it is the smallest one. */
function skuOf(asked: ClusterReplacement["sku"], current: ClusterDocument["sku"] | undefined): ClusterDocument["sku"] {
  const sku = findSku(asked.name);
  if (sku?.capacity === undefined) return { name: sku?.name ?? asked.name };
  const kept = current?.name === sku.name ? current.capacity : undefined;
  return { name: sku.name, capacity: asked.capacity ?? kept ?? sku.capacity.first };
}

const zonesOf = (zones: readonly string[] | null | undefined): readonly string[] | undefined =>
  zones === undefined || zones === null || zones.length === 0 ? undefined : zones.toSorted();

/** What a write does to a cluster that exists. */
export type ClusterChange = "none" | "tags" | "maintenance" | "settings" | "scale";

/** What takes time to change, besides the SKU. */
const slowSettings = [
  "zones",
  "identity",
  "encryption",
  "minimumTlsVersion",
  "highAvailability",
  "publicNetworkAccess",
] as const satisfies (keyof ClusterSettings)[];

/** Distinguishes what Azure does at once (nothing, tags, maintenance windows) from what takes time. */
export function changeOf(
  current: ClusterDocument,
  wanted: ClusterSettings,
  tags: ClusterDocument["tags"],
): ClusterChange {
  if (!isDeepStrictEqual(current.sku, wanted.sku)) return "scale";
  const changesSlowly = slowSettings.some((name) => !isDeepStrictEqual(current[name], wanted[name]));
  if (current.provisioningState === "Failed" || changesSlowly) return "settings";
  if (!isDeepStrictEqual(current.maintenanceConfiguration, wanted.maintenanceConfiguration)) return "maintenance";
  return isDeepStrictEqual(current.tags ?? {}, tags ?? {}) ? "none" : "tags";
}

/** Where a cluster's replicas are: in several zones, in one location, or nowhere. v1 uses only the zones that it is given. */
export function redundancyOf(
  cluster: Pick<ClusterDocument, "kind" | "location" | "zones" | "highAvailability">,
): ClusterDocument["redundancyMode"] {
  if (cluster.highAvailability === "Disabled") return "None";
  const isSpread = cluster.kind === "v1" ? cluster.zones !== undefined : hasZones(cluster.location);
  return isSpread ? "ZR" : "LR";
}
