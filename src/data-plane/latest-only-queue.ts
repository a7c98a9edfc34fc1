/** Applies values one at a time, and skips a value when a newer one was pushed before its turn. */
export class LatestOnlyQueue<Value> {
  readonly #apply: (value: Value) => Promise<void>;
  #waiting: { value: Value } | undefined;
  #running: Promise<void> | undefined;

  constructor(apply: (value: Value) => Promise<void>) {
    this.#apply = apply;
  }

  /** Resolves when this value, or a newer one, is applied. Rejects with what `apply` throws. */
  push(value: Value): Promise<void> {
    this.#waiting = { value };
    this.#running ??= this.#drain();
    return this.#running;
  }

  /** Resolves when nothing is being applied. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #drain(): Promise<void> {
    try {
      while (this.#waiting !== undefined) {
        const { value } = this.#waiting;
        this.#waiting = undefined;
        await this.#apply(value);
      }
    } finally {
      this.#running = undefined;
    }
  }
}
