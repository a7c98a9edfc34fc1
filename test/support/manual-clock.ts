import type { Clock } from "../../src/kernel/clock.ts";
import type { Store, Transaction } from "../../src/store/store.ts";

interface Wake {
  /** How long until it is due, as the clock stands. */
  readonly leftMs: () => number;
  readonly wake: () => void;
}

/** A clock that stands still until a test pushes it. */
export class ManualClock implements Clock {
  #nowMs: number;
  #steadyMs: number;
  /** Resolves when what was written before is on the disk. */
  #written: () => Promise<void> = async () => undefined;
  #hasWrites = false;
  readonly #wakes = new Set<Wake>();

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs;
    this.#steadyMs = startMs;
  }

  /** Has time wait for what a wake writes to this store, too. */
  waitFor(store: Store): void {
    const write = store.write.bind(store);
    this.#written = () => write(async () => undefined);
    store.write = <Result>(unit: (tx: Transaction) => Promise<Result>): Promise<Result> => {
      this.#hasWrites = true;
      return write(unit);
    };
  }

  nowMs(): number {
    return this.#nowMs;
  }

  steadyMs(): number {
    return this.#steadyMs;
  }

  wakeAt(atMs: number, wake: () => void): () => void {
    return this.#add({ leftMs: () => atMs - this.#nowMs, wake });
  }

  wakeIn(afterMs: number, wake: () => void): () => void {
    const atMs = this.#steadyMs + afterMs;
    return this.#add({ leftMs: () => atMs - this.#steadyMs, wake });
  }

  /** Sets the time of day forward, or back by less than nothing, as a person does: no time passes, and nothing wakes. */
  setAhead(ms: number): void {
    this.#nowMs += ms;
  }

  /** Lets time pass, firing what falls due in order and letting its work finish before the next. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#steadyMs + ms;
    for (;;) {
      const next = [...this.#wakes].toSorted((a, b) => a.leftMs() - b.leftMs())[0];
      if (next === undefined || next.leftMs() > untilMs - this.#steadyMs) break;
      this.#wakes.delete(next);
      this.#pass(Math.max(0, next.leftMs()));
      next.wake();
      await this.#settle();
    }
    this.#pass(untilMs - this.#steadyMs);
    await this.#settle();
  }

  #add(entry: Wake): () => void {
    this.#wakes.add(entry);
    return () => this.#wakes.delete(entry);
  }

  #pass(ms: number): void {
    this.#nowMs += ms;
    this.#steadyMs += ms;
  }

  /** An operation writes at most thrice a wake; when nothing was written in so many turns, its work has ended. */
  async #settle(): Promise<void> {
    await eventLoopTurns();
    for (let round = 0; round < 4; round += 1) {
      if (!this.#hasWrites) return;
      this.#hasWrites = false;
      await this.#written();
      await eventLoopTurns();
    }
  }
}

async function eventLoopTurns(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
