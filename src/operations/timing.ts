/**
 * How long operations take: done before the answer, as long as Azure's, or a fixed time.
 * The last two answer with Azure's intermediate states.
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

/** How long an operation takes whose like takes `azureMs` in Azure. */
export function durationMs(timing: Timing, azureMs: number): number {
  if (timing.kind === "fixed") return timing.durationMs;
  return timing.kind === "azure" ? azureMs : 0;
}
