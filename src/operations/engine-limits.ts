/** How the engine keeps its leases and its patience. */
export const engineLimits = {
  leaseMs: 30_000,
  /** How often a lease is renewed while work is under way. */
  renewMs: 10_000,
  /** How long work left behind by another process may go unnoticed. */
  sweepMs: 30_000,
  /** How long after a failed look at the store, which may have no room on its disk, the next one is. */
  firstClaimAgainMs: 1_000,
  claimsAtOnce: 50,
  attempts: 5,
  firstRetryMs: 1_000,
  /** The longest that an operation reads Pending before it reads InProgress. */
  longestPendingMs: 1_000,
  /** How long an answer waits for work that acts on the world under `--timing instant`; then clients follow it. */
  answerWaitMs: 5_000,
} as const;
