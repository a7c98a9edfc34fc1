import type { Clock } from "../../src/kernel/clock.ts";

/** A clock that stands still until a test pushes it. */
export class ManualClock implements Clock {
  #nowMs: number;
  readonly #wakes = new Set<{ atMs: number; wake: () => void }>();

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  wakeAt(atMs: number, wake: () => void): () => void {
    const entry = { atMs, wake };
    this.#wakes.add(entry);
    return () => this.#wakes.delete(entry);
  }

  /** Moves time forward, firing what falls due in order and letting its work finish before the next. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const due = [...this.#wakes].filter((entry) => entry.atMs <= untilMs);
      const next = due.toSorted((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      this.#wakes.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.wake();
      await settle();
    }
    this.#nowMs = untilMs;
    await settle();
  }
}

/** Lets queued microtasks and group commits run: the store flushes on `setImmediate`. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
