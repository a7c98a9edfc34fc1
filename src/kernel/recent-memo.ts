/**
 * Remembers values by text: what was asked for recently stays, what was not is forgotten. Holds at most twice `size`
 * values, and costs no bookkeeping when a value is found.
 */
export class RecentMemo<Value extends object> {
  readonly #size: number;
  #recent = new Map<string, Value>();
  #earlier = new Map<string, Value>();

  constructor(size: number) {
    this.#size = size;
  }

  get(key: string): Value | undefined {
    const recent = this.#recent.get(key);
    if (recent !== undefined) return recent;
    const earlier = this.#earlier.get(key);
    if (earlier !== undefined) this.set(key, earlier);
    return earlier;
  }

  set(key: string, value: Value): void {
    if (this.#recent.size >= this.#size) {
      this.#earlier = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(key, value);
  }
}
