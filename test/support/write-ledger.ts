/** A write that was sent. */
interface SentWrite {
  /** By what its result is known among all results of its resource; undefined for a deletion. */
  readonly mark: string | undefined;
  readonly startedAt: number;
  /** Infinity while, or because, it was not answered. */
  endedAt: number;
}

/**
 * Knows what a store may hold after a crash, from what was sent and what was answered: the last write of those that
 * overlap in time is any of them, and one that was never answered may have come to pass or not.
 */
export class WriteLedger {
  readonly #writes = new Map<string, SentWrite[]>();
  #tick = 0;

  /** The resources that were ever written. */
  get paths(): readonly string[] {
    return [...this.#writes.keys()];
  }

  /** Forgets how a resource came to be what it was found to be. */
  settle(path: string, mark: string | undefined): void {
    this.#tick += 1;
    this.#writes.set(path, [{ mark, startedAt: this.#tick, endedAt: this.#tick }]);
  }

  /** Sends a write; a rejection means that it was not answered. */
  async record<Answer>(path: string, mark: string | undefined, send: () => Promise<Answer>): Promise<Answer> {
    const write = { mark, startedAt: this.#nextTick(), endedAt: Number.POSITIVE_INFINITY };
    const ofPath = this.#writes.get(path) ?? [{ mark: undefined, startedAt: 0, endedAt: 0 }];
    this.#writes.set(path, [...ofPath, write]);
    const answer = await send();
    write.endedAt = this.#nextTick();
    return answer;
  }

  /** The marks that a resource may have now. */
  possibleMarks(path: string): readonly (string | undefined)[] {
    const writes = this.#writes.get(path) ?? [];
    const lastStart = Math.max(...writes.filter(isAnswered).map(({ startedAt }) => startedAt));
    return writes.filter(({ endedAt }) => endedAt >= lastStart).map(({ mark }) => mark);
  }

  #nextTick(): number {
    this.#tick += 1;
    return this.#tick;
  }
}

const isAnswered = ({ endedAt }: SentWrite): boolean => Number.isFinite(endedAt);
