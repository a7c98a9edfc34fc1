/**
 * The only source of time in Cuprite, so that a test can advance it. There are two times: the time of day, which can be
 * set forward or back, and the steady time, which cannot.
 */
export interface Clock {
  /** The time of day in milliseconds since the Unix epoch, for what people read and what is valid until a date. */
  nowMs(): number;
  /**
   * The time of day when the process started plus what has passed since, in whole milliseconds, for durations. A machine
   * that sleeps may not count its sleep.
   */
  steadyMs(): number;
  /** Calls `wake` once, when the time of day is `atMs` or later; the returned function cancels it. */
  wakeAt(atMs: number, wake: () => void): () => void;
  /** Calls `wake` once, when `afterMs` have passed; the returned function cancels it. */
  wakeIn(afterMs: number, wake: () => void): () => void;
}

/** setTimeout wraps around above this delay, so longer waits are taken in legs. */
const longestTimerMs = 2 ** 31 - 1;

/** No system reports that its time of day was set, so a wait for a time of day polls this often. */
const pollIntervalMs = 10_000;

/** The machine's clock; its timers never keep the process alive. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  steadyMs: () => Math.floor(performance.timeOrigin + performance.now()),
  wakeAt: (atMs, wake) => wakeWhen(() => atMs - Date.now(), pollIntervalMs, wake),
  wakeIn(afterMs, wake) {
    const atMs = performance.now() + afterMs;
    return wakeWhen(() => atMs - performance.now(), longestTimerMs, wake);
  },
};

/** Calls `wake` once `leftMs` is 0 or less, which it checks at least every `longestLegMs`. */
function wakeWhen(leftMs: () => number, longestLegMs: number, wake: () => void): () => void {
  let timer: NodeJS.Timeout;
  const arm = (waitMs: number): void => {
    timer = setTimeout(check, Math.min(waitMs, longestLegMs));
    timer.unref();
  };
  const check = (): void => {
    const waitMs = leftMs();
    if (waitMs > 0) arm(waitMs);
    else wake();
  };
  arm(Math.max(0, leftMs()));
  return () => clearTimeout(timer);
}
