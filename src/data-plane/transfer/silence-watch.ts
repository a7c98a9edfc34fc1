import type { Clock } from "../../kernel/clock.ts";
import { transferLimits } from "../limits.ts";
import type { TransferLimits } from "../limits.ts";

/** What a transfer is watched by. */
export interface WatchGround {
  readonly clock: Clock;
  /** `transferLimits` unless given. */
  readonly limits?: TransferLimits;
}

/** Watches a transfer, and aborts its signal when nothing has moved for too long. To be closed. */
export class SilenceWatch {
  readonly #clock: Clock;
  readonly #silenceMs: number;
  readonly #late = new AbortController();
  #movedAtMs: number;
  #forget = (): void => undefined;

  constructor({ clock, limits = transferLimits }: WatchGround) {
    this.#clock = clock;
    this.#silenceMs = limits.silenceMs;
    this.#movedAtMs = clock.steadyMs();
    this.#arm();
  }

  get signal(): AbortSignal {
    return this.#late.signal;
  }

  /** To be told of every piece that moves. */
  moved(): void {
    this.#movedAtMs = this.#clock.steadyMs();
  }

  close(): void {
    this.#forget();
  }

  #arm(): void {
    const leftMs = (): number => this.#movedAtMs + this.#silenceMs - this.#clock.steadyMs();
    this.#forget = this.#clock.wakeIn(leftMs(), () => {
      if (leftMs() > 0) this.#arm();
      else this.#late.abort(new Error(`nothing has moved for ${this.#silenceMs / 1_000} seconds.`));
    });
  }
}
