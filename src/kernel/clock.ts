/** The only source of time in Cuprite, so that a test can push it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number;
  /** Calls `wake` once, at or after `atMs`; the returned function takes the wish back. */
  wakeAt(atMs: number, wake: () => void): () => void;
}

/** setTimeout wraps around above this delay, so longer waits are taken in legs. */
const longestTimerMs = 2 ** 31 - 1;

/** The machine's clock; its timers never keep the process alive. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  wakeAt(atMs, wake) {
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      const waitMs = Math.max(0, atMs - Date.now());
      timer = setTimeout(waitMs > longestTimerMs ? arm : wake, Math.min(waitMs, longestTimerMs));
      timer.unref();
    };
    arm();
    return () => clearTimeout(timer);
  },
};
