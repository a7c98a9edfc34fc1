/**
 * Applies values one at a time, and only the newest: what was pushed while another was being applied and then
 * overtaken is never looked at.
 */
export class Latest<Value> {
  readonly #apply: (value: Value) => Promise<void>;
  #waiting: { value: Value } | undefined;
  #running: Promise<void> | undefined;

  /** `apply` must not throw. */
  constructor(apply: (value: Value) => Promise<void>) {
    this.#apply = apply;
  }

  /** Answers when this value, or a newer one, is applied. */
  push(value: Value): Promise<void> {
    this.#waiting = { value };
    this.#running ??= this.#drain();
    return this.#running;
  }

  /** Answers when nothing is being applied. */
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
