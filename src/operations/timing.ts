/**
 * How long operations take: done before the response, as long as in Azure, or a fixed time.
 * Under the last two, responses show Azure's intermediate states.
 */
export type Timing = { kind: "instant" } | { kind: "azure" } | { kind: "fixed"; durationMs: number };

const longestDurationMs = 86_400_000;

/** Reads `instant`, `azure` or a whole number of milliseconds up to a day; undefined for anything else. */
export function parseTiming(text: string): Timing | undefined {
  if (text === "instant" || text === "azure") return { kind: text };
  const ms = /^\d{1,8}$/.test(text) ? Number(text) : Number.NaN;
  return ms <= longestDurationMs ? { kind: "fixed", durationMs: ms } : undefined;
}

/** The text that `parseTiming` reads as `timing`. */
export const formatTiming = (timing: Timing): string =>
  timing.kind === "fixed" ? String(timing.durationMs) : timing.kind;

/** How long an operation takes that takes `azureMs` in Azure. */
export function durationMs(timing: Timing, azureMs: number): number {
  if (timing.kind === "fixed") return timing.durationMs;
  return timing.kind === "azure" ? azureMs : 0;
}

/** How long the engine's leases are, and how it retries. */
export const engineLimits = {
  leaseMs: 30_000,
  /** How often a lease is renewed while work goes on. */
  renewMs: 10_000,
  /** The longest until work that another process left is found. */
  sweepMs: 30_000,
  /** The wait after a first failed claim, when the disk is full for example. */
  firstClaimAgainMs: 1_000,
  claimsAtOnce: 50,
  attempts: 5,
  firstRetryMs: 1_000,
  /** The longest that an operation reads Pending before it reads InProgress. */
  longestPendingMs: 1_000,
  /** How long a response waits under `--timing instant` for work that acts on the world; then clients follow the operation. */
  answerWaitMs: 5_000,
} as const;
