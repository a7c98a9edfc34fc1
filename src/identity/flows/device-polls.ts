import type { Clock } from "../../kernel/clock.ts";
import { identityLimits } from "../limits.ts";

interface Poll {
  readonly atMs: number;
  readonly intervalMs: number;
}

/** The intervals at which devices poll (RFC 8628 §3.5); in memory only. */
export class DevicePolls {
  readonly #clock: Clock;
  /** By the hash of the device code; only for codes that were issued, so that callers cannot make it grow. */
  readonly #last = new Map<string, Poll>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts a poll for a code that is pending. True when it came too early: the device must then wait 5 s longer each time. */
  isTooEarly(codeHash: string): boolean {
    const atMs = this.#clock.steadyMs();
    const stepMs = identityLimits.devicePollSeconds * 1_000;
    const last = this.#last.get(codeHash);
    const isEarly = last !== undefined && atMs - last.atMs < last.intervalMs - identityLimits.devicePollToleranceMs;
    const intervalMs = (last?.intervalMs ?? stepMs) + (isEarly ? stepMs : 0);
    // Deleted and set again, so that the first of the map is the one with the oldest poll.
    this.#last.delete(codeHash);
    this.#last.set(codeHash, { atMs, intervalMs });
    const [oldest] = this.#last.keys();
    if (oldest !== undefined && this.#last.size > identityLimits.maxGrantsOfKind) this.#last.delete(oldest);
    return isEarly;
  }

  /** Removes a code that is no longer pending. */
  forget(codeHash: string): void {
    this.#last.delete(codeHash);
  }
}
