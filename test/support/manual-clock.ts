import type { Clock } from "../../src/kernel/clock.ts";
import type { Store } from "../../src/store/store.ts";

/** A clock that stands still until a test pushes it. */
export class ManualClock implements Clock {
  #nowMs: number;
  #store: Store | undefined;
  readonly #wakes = new Set<{ atMs: number; wake: () => void }>();

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs;
  }

  /** Has time wait for what a wake writes to this store, too. */
  waitFor(store: Store): void {
    this.#store = store;
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
      await this.#settle();
    }
    this.#nowMs = untilMs;
    await this.#settle();
  }

  /** An operation writes at most thrice a wake; a write of nothing is answered once those before it are on disk. */
  async #settle(): Promise<void> {
    for (let round = 0; round < 4; round += 1) {
      await eventLoopTurns();
      await this.#store?.write(async () => undefined);
    }
    await eventLoopTurns();
  }
}

async function eventLoopTurns(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
