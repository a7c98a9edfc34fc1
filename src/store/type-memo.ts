import type { CachedResources } from "./store.ts";

/** Remembers what was made of the committed resources of some types, until one of them is written. */
export class TypeMemo<Value> {
  readonly #store: { readonly cache: CachedResources };
  readonly #typeKeys: readonly string[];
  #mark: number | undefined;
  #values = new Map<string, Value>();

  constructor(store: { readonly cache: CachedResources }, typeKeys: readonly string[]) {
    this.#store = store;
    this.#typeKeys = typeKeys;
  }

  /** What is remembered under `key` and still true; undefined if nothing is. */
  known(key: string): Value | undefined {
    const mark = this.#currentMark();
    return mark !== undefined && mark === this.#mark ? this.#values.get(key) : undefined;
  }

  /** What is remembered under `key`; if nothing is, what `make` makes of the store. */
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
    return this.#store.cache.markOf(this.#typeKeys);
  }
}
