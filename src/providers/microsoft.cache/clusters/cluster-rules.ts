import { repeatedPlaces } from "../../../kernel/text.ts";
import { isDeepStrictEqual } from "node:util";
import { hasFeature } from "../api-versions.ts";
import { findSku, isSkuKnownTo, scalingTargets, skusKnownTo, type Sku } from "../skus.ts";
import { encryptionFaults } from "./encryption-rules.ts";
import { identityFaults } from "./identity-rules.ts";
import { maintenanceFaults } from "./maintenance-rules.ts";
import type { ClusterReplacement, ClusterUpdate } from "./cluster-request.ts";
import type { ClusterSettings } from "./settings-rules.ts";
import { invalidName, quoted, refused, type Fault } from "../errors.ts";

interface Proposal {
  readonly body: ClusterReplacement | ClusterUpdate;
  /** The settings that the cluster would have. */
  readonly wanted: ClusterSettings;
  /** Undefined for a cluster that does not exist. */
  readonly current: ClusterSettings | undefined;
  readonly apiVersion: string;
}

/** The faults of a write. Settings that do not change have none: perhaps they were written by another version. */
export function clusterFaults(proposal: Proposal): Fault[] {
  const { body, wanted } = proposal;
  return [
    ...skuFaults(proposal),
    ...capacityFaults(proposal),
    ...zonesFaults(proposal),
    ...identityFaults(body.identity, wanted.identity),
    ...tlsFaults(proposal),
    ...highAvailabilityFaults(proposal),
    ...publicNetworkAccessFaults(proposal),
    ...encryptionFaults(wanted.encryption, wanted.identity),
    ...maintenanceFaults(wanted.maintenanceConfiguration),
  ];
}

function skuFaults({ wanted, current, apiVersion }: Proposal): Fault[] {
  const { name } = wanted.sku;
  if (name === current?.sku.name) return [];
  const sku = findSku(name);
  if (sku === undefined || !isSkuKnownTo(apiVersion, sku)) {
    const names = skusKnownTo(apiVersion).map((known) => known.name);
    return [refused("sku.name", name, `is not valid. Allowed values: ${quoted(names)}.`)];
  }
  const from = current === undefined ? undefined : findSku(current.sku.name);
  if (from === undefined || scalingTargets(from).some((target) => target.name === name)) return [];
  const why = `is not one that a cluster of SKU '${from.name}' can be scaled to; listSkusForScaling lists those.`;
  return [refused("sku.name", name, why)];
}

function capacityFaults({ body, wanted, current }: Proposal): Fault[] {
  const asked = body.sku?.capacity;
  const sku = findSku(wanted.sku.name);
  if (asked === undefined || asked === null || asked === current?.sku.capacity || sku === undefined) return [];
  const why = capacityProblem(asked, sku);
  return why === undefined ? [] : [refused("sku.capacity", String(asked), why)];
}

/** Capacity is published as an int32. */
const maxInt32 = 2 ** 31 - 1;

function capacityProblem(capacity: number, { name, capacity: rule }: Sku): string | undefined {
  if (rule === undefined) return `must not be given for the SKU '${name}', whose size is in its name.`;
  const { first, step } = rule;
  if (capacity >= first && capacity <= maxInt32 && (capacity - first) % step === 0) return undefined;
  return `is not valid for the SKU '${name}'. Allowed values: ${quoted([first, first + step, first + 2 * step])} and so on.`;
}

const zoneNames = ["1", "2", "3"];

function zonesFaults({ wanted: { zones, sku }, current }: Proposal): Fault[] {
  if (zones === undefined || isDeepStrictEqual(zones, current?.zones)) return [];
  if (findSku(sku.name)?.kind === "v2") {
    const message =
      `Specifying zones for SKU '${sku.name}' is not supported. ` +
      "Zone redundancy is enabled by default for this SKU in regions with zones.";
    return [{ target: "zones", message }];
  }
  if (current !== undefined)
    return [refused("zones", zones.join(","), "differs from the zones that the cluster is in.")];
  const unknown = zones.filter((zone) => !zoneNames.includes(zone));
  const repeated = repeatedPlaces(zones).map((place) => zones[place] ?? "");
  return [
    ...unknown.map((zone) => refused("zones", zone, `is not valid. Allowed values: ${quoted(zoneNames)}.`)),
    ...repeated.map((zone) => refused("zones", zone, "is given more than once.")),
  ];
}

function tlsFaults({ wanted: { minimumTlsVersion } }: Proposal): Fault[] {
  if (minimumTlsVersion === "1.2") return [];
  const why = "can't be used: TLS 1.0 and TLS 1.1 are completely obsolete. Allowed values: '1.2'.";
  return [refused("properties.minimumTlsVersion", minimumTlsVersion, why)];
}

function highAvailabilityFaults({ wanted, current }: Proposal): Fault[] {
  if (wanted.highAvailability === "Enabled" || current?.highAvailability === "Disabled") return [];
  const target = "properties.highAvailability";
  if (current !== undefined) return [refused(target, "Disabled", "can't be set once it has been 'Enabled'.")];
  if (findSku(wanted.sku.name)?.kind !== "v1") return [];
  return [refused(target, "Disabled", `can't be set for the SKU '${wanted.sku.name}'.`)];
}

/** A client may write null back to a cluster that has it, because no value was ever set. */
function publicNetworkAccessFaults({ body, wanted, current, apiVersion }: Proposal): Fault[] {
  if (!hasFeature(apiVersion, "publicNetworkAccess") || body.properties?.publicNetworkAccess !== null) return [];
  if (current !== undefined && wanted.publicNetworkAccess === null) return [];
  const why = "can't be set. Allowed values: 'Enabled', 'Disabled'.";
  return [refused("properties.publicNetworkAccess", "null", why)];
}

/**
 * Checks the name of a new cluster. Versions before the first pattern allow what ARM allows. The first patterns had no
 * hyphens, but Azure accepted them (recorded 2024). @throws ArmError
 */
export function checkClusterName(name: string, apiVersion: string): void {
  const { pattern, sentence } = hasFeature(apiVersion, "namePattern") ? nameRules.hyphens : nameRules.any;
  if (!pattern.test(name)) throw invalidName("cluster", name, sentence);
}

const nameRules = {
  any: {
    // oxlint-disable-next-line no-control-regex -- it looks for control characters
    pattern: /^(?!\.+$)[^<>%&\\?/#\u0000-\u001F\u007F]{1,260}$/,
    sentence:
      "It must be 1 to 260 characters long, not only dots, and have none of the characters '<,>,%,&,\\,?,/,#' or control characters.",
  },
  hyphens: {
    pattern: /^(?=.{1,60}$)[A-Za-z0-9]+(-[A-Za-z0-9]+)*$/,
    sentence: "It must be 1 to 60 letters, digits and single hyphens, and neither start nor end with a hyphen.",
  },
} as const;
