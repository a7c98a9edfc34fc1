import { hasFeature } from "./api-versions.ts";
import type { Feature } from "./api-versions.ts";
import { clientConnectionsOf } from "./client-connections.ts";
import type { ClusterKind } from "./clusters/cluster-document.ts";

/**
 * Sizes in GB by the part of the name after the family. Those of the three in-memory families are recorded (October
 * 2025; X250 really is 235); those of the others are the number in the name.
 */
const sizesInGb = {
  Balanced: {
    B0: 0.5,
    B1: 1,
    B3: 3,
    B5: 6,
    B10: 12,
    B20: 24,
    B50: 60,
    B100: 120,
    B150: 180,
    B250: 240,
    B350: 360,
    B500: 480,
    B700: 720,
    B1000: 960,
  },
  MemoryOptimized: {
    M10: 12,
    M20: 24,
    M50: 60,
    M100: 120,
    M150: 180,
    M250: 240,
    M350: 360,
    M500: 480,
    M700: 720,
    M1000: 960,
    M1500: 1440,
    M2000: 1920,
  },
  ComputeOptimized: {
    X3: 3,
    X5: 6,
    X10: 12,
    X20: 24,
    X50: 60,
    X100: 120,
    X150: 180,
    X250: 235,
    X350: 360,
    X500: 480,
    X700: 720,
  },
  FlashOptimized: { A250: 250, A500: 500, A700: 700, A1000: 1000, A1500: 1500, A2000: 2000, A4500: 4500 },
  Enterprise: { E1: 1, E5: 5, E10: 10, E20: 20, E50: 50, E100: 100, E200: 200, E400: 400 },
  EnterpriseFlash: { F300: 300, F700: 700, F1500: 1500 },
} as const;

export type SkuFamily = keyof typeof sizesInGb;

/** What each family shares; a cluster can be scaled to any SKU with the same `scaling`. */
const families: Readonly<
  Record<SkuFamily, { kind: ClusterKind; scaling: string; since?: Feature; capacity?: CapacityRule }>
> = {
  Balanced: { kind: "v2", scaling: "memory", since: "managedRedis" },
  MemoryOptimized: { kind: "v2", scaling: "memory", since: "managedRedis" },
  ComputeOptimized: { kind: "v2", scaling: "memory", since: "managedRedis" },
  FlashOptimized: { kind: "v2", scaling: "flash", since: "managedRedis" },
  Enterprise: { kind: "v1", scaling: "enterprise", capacity: { first: 2, step: 2 } },
  EnterpriseFlash: { kind: "v1", scaling: "enterpriseFlash", capacity: { first: 3, step: 6 } },
};

/** SKUs that came later than their family. */
const latecomers: Readonly<Record<string, Feature>> = {
  E1: "skuE1",
  E5: "skuE5",
  E200: "skusE200AndE400",
  E400: "skusE200AndE400",
};

/** The capacities that a family takes: the first, which is the default, and every so many more. */
export interface CapacityRule {
  readonly first: number;
  readonly step: number;
}

/** One thing that a cluster can be sold as. */
export interface Sku {
  /** As published: `Balanced_B10`. */
  readonly name: string;
  readonly family: SkuFamily;
  readonly kind: ClusterKind;
  readonly sizeInGb: number;
  /** Clients at once. */
  readonly maxConnections: number;
  /** What an api-version must have to know it; every version does when absent. */
  readonly since: Feature | undefined;
  /** undefined where the size is in the name. */
  readonly capacity: CapacityRule | undefined;
}

/** All that have been published, the older families last. */
export const skus: readonly Sku[] = Object.entries(sizesInGb).flatMap(([family, sizes]) =>
  Object.entries(sizes).map(([size, sizeInGb]) => skuOf(family as SkuFamily, size, sizeInGb)),
);

function skuOf(family: SkuFamily, size: string, sizeInGb: number): Sku {
  const { kind, since, capacity } = families[family];
  const maxConnections = clientConnectionsOf({ family, sizeInGb });
  return {
    name: `${family}_${size}`,
    family,
    kind,
    sizeInGb,
    maxConnections,
    since: latecomers[size] ?? since,
    capacity,
  };
}

const byName = new Map(skus.map((sku) => [sku.name.toLowerCase(), sku]));

/** The SKU of this name, in any case. */
export const findSku = (name: string): Sku | undefined => byName.get(name.toLowerCase());

/** The SKUs that an api-version knows. */
export const skusKnownTo = (apiVersion: string): readonly Sku[] =>
  skus.filter(({ since }) => since === undefined || hasFeature(apiVersion, since));

/** The SKUs that a cluster can be scaled to, its own among them (as recorded). */
export const scalingTargets = (from: Sku): readonly Sku[] =>
  skus.filter(({ family }) => families[family].scaling === families[from.family].scaling);
