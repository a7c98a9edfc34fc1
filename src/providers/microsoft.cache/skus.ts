import { hasFeature, type Feature } from "./api-versions.ts";

/** `v1`: Azure Cache for Redis Enterprise; `v2`: Azure Managed Redis. */
export type ClusterKind = "v1" | "v2";

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

type SkuFamily = keyof typeof sizesInGb;

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

/** Sizes that were added to their family later. */
const laterSizes: Readonly<Record<string, Feature>> = {
  E1: "skuE1",
  E5: "skuE5",
  E200: "skusE200AndE400",
  E400: "skusE200AndE400",
};

/** The capacities of a family: `first`, which is the default, and from there every `step`. */
interface CapacityRule {
  readonly first: number;
  readonly step: number;
}

export interface Sku {
  /** As published: `Balanced_B10`. */
  readonly name: string;
  readonly family: SkuFamily;
  readonly kind: ClusterKind;
  readonly sizeInGb: number;
  /** Client connections at a time. */
  readonly maxConnections: number;
  /** The feature of an api-version that has it; every version has it when undefined. */
  readonly since: Feature | undefined;
  /** undefined where the size is in the name. */
  readonly capacity: CapacityRule | undefined;
}

/** The memory for each vCPU, in GB (documented; that of Flash Optimized is an estimate). */
const gbPerVcpu: Readonly<Partial<Record<SkuFamily, number>>> = {
  MemoryOptimized: 8,
  Balanced: 4,
  ComputeOptimized: 2,
  FlashOptimized: 32,
};

/**
 * Client connections at a time by vCPUs. It is documented that every size has a limit, and which sizes perform alike
 * (B10, M20, X3 and X5; B20, M50 and X10; …). The figures are estimates.
 */
const connectionsByVcpus = [
  { upTo: 2, connections: 15_000 },
  { upTo: 4, connections: 30_000 },
  { upTo: 8, connections: 75_000 },
  { upTo: 16, connections: 150_000 },
  { upTo: Number.POSITIVE_INFINITY, connections: 200_000 },
] as const;

/** Documented: X3 performs as X5 does. */
const minVcpus: Readonly<Partial<Record<SkuFamily, number>>> = { ComputeOptimized: 4 };

/** The limits of the older families; the one of E100 is reported. */
const olderConnections = { upToGb: 20, few: 50_000, many: 100_000 } as const;

function maxConnectionsOf(family: SkuFamily, sizeInGb: number): number {
  const ratio = gbPerVcpu[family];
  if (ratio === undefined) return sizeInGb <= olderConnections.upToGb ? olderConnections.few : olderConnections.many;
  const vcpus = Math.max(minVcpus[family] ?? 2, sizeInGb / ratio);
  return connectionsByVcpus.find(({ upTo }) => vcpus <= upTo)?.connections ?? 0;
}

/** All that were published, the older families last. */
export const skus: readonly Sku[] = Object.entries(sizesInGb).flatMap(([family, sizes]) =>
  Object.entries(sizes).map(([size, sizeInGb]) => skuOf(family as SkuFamily, size, sizeInGb)),
);

function skuOf(family: SkuFamily, size: string, sizeInGb: number): Sku {
  const { kind, since, capacity } = families[family];
  const maxConnections = maxConnectionsOf(family, sizeInGb);
  return {
    name: `${family}_${size}`,
    family,
    kind,
    sizeInGb,
    maxConnections,
    since: laterSizes[size] ?? since,
    capacity,
  };
}

const byName = new Map(skus.map((sku) => [sku.name.toLowerCase(), sku]));

/** The SKU of this name, in any case. */
export const findSku = (name: string): Sku | undefined => byName.get(name.toLowerCase());

/** Whether an api-version knows a SKU. */
export const isSkuKnownTo = (apiVersion: string, { since }: Sku): boolean =>
  since === undefined || hasFeature(apiVersion, since);

/** The SKUs that an api-version knows. */
export const skusKnownTo = (apiVersion: string): readonly Sku[] => skus.filter((sku) => isSkuKnownTo(apiVersion, sku));

/** The SKUs that a cluster can be scaled to, its own among them (as recorded). */
export const scalingTargets = (from: Sku): readonly Sku[] =>
  skus.filter(({ family }) => families[family].scaling === families[from.family].scaling);
