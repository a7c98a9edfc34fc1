/** A SKU as far as its limit of connections follows from it. */
interface SizedSku {
  readonly family: string;
  readonly sizeInGb: number;
}

/** Documented: the memory that goes with a vCPU, in GB. That of Flash Optimized is not; this one is an estimate. */
const gbPerVcpu: Readonly<Record<string, number>> = {
  MemoryOptimized: 8,
  Balanced: 4,
  ComputeOptimized: 2,
  FlashOptimized: 32,
};

/**
 * Client connections at once by vCPUs. It is documented that every size has a limit, and which sizes perform alike
 * (B10, M20, X3 and X5; B20, M50 and X10; …); the figures are not, and estimated here.
 */
const connectionsByVcpus = [
  { upTo: 2, connections: 15_000 },
  { upTo: 4, connections: 30_000 },
  { upTo: 8, connections: 75_000 },
  { upTo: 16, connections: 150_000 },
  { upTo: Number.POSITIVE_INFINITY, connections: 200_000 },
] as const;

/** Documented: X3 performs as X5 does. */
const leastVcpus: Readonly<Record<string, number>> = { ComputeOptimized: 4 };

/** Of the older families; reported is the one of E100. */
const olderConnections = { upToGb: 20, few: 50_000, many: 100_000 } as const;

/** How many clients a SKU takes at once. */
export function clientConnectionsOf({ family, sizeInGb }: SizedSku): number {
  const ratio = gbPerVcpu[family];
  if (ratio === undefined) return sizeInGb <= olderConnections.upToGb ? olderConnections.few : olderConnections.many;
  const vcpus = Math.max(leastVcpus[family] ?? 2, sizeInGb / ratio);
  return connectionsByVcpus.find(({ upTo }) => vcpus <= upTo)?.connections ?? 0;
}
