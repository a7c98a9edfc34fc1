import type { Queryable } from "./store.ts";

/**
 * Remembers what was made of the committed resources of some types, until one of them is written. Where the store is
 * not ours alone nothing is remembered: other processes write without our knowing.
 */
export class TypeMemo<Value> {
  readonly #store: Queryable;
  readonly #typeKeys: readonly string[];
  #mark: number | undefined;
  #values = new Map<string, Value>();

  constructor(store: Queryable, typeKeys: readonly string[]) {
    this.#store = store;
    this.#typeKeys = typeKeys;
  }

  /** What is remembered under `key`, or else what `make` makes of the store. */
  async get(key: string, make: () => Promise<Value>): Promise<Value> {
    const mark = this.#currentMark();
    if (mark === undefined) return await make();
    if (mark !== this.#mark) {
      this.#mark = mark;
      this.#values = new Map();
    }
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    const made = await make();
    if (this.#currentMark() === mark) this.#values.set(key, made);
    return made;
  }

  #currentMark(): number | undefined {
    return this.#store.cache?.markOf(this.#typeKeys);
  }
}
