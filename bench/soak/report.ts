/** What a soak counts, and what it finds wrong. */
export interface Report {
  readonly counts: Counts;
  readonly violations: readonly string[];
  /** Notes a violation, in a sentence, and shows it at once. */
  readonly violated: (sentence: string) => void;
}

/** How often everything was done. */
export interface Counts {
  /** Writes that were acknowledged on steady paths, and on flapping ones. */
  steadyWrites: number;
  flappingWrites: number;
  /** Values of a mebibyte that were read back. */
  bigReads: number;
  /** Short connections on steady paths. */
  visits: number;
  /** How often a path was opened and closed again. */
  flips: number;
  /** Connections that were cut as they had to be. */
  cuts: number;
  keysRegenerated: number;
}

export function newReport(): Report {
  const violations: string[] = [];
  const counts = { steadyWrites: 0, flappingWrites: 0, bigReads: 0, visits: 0, flips: 0, cuts: 0, keysRegenerated: 0 };
  const violated = (sentence: string): void => {
    violations.push(sentence);
    console.log(`VIOLATION: ${sentence}`);
  };
  return { counts, violations, violated };
}
