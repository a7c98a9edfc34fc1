import type { CachedResources, StoredResource, WrittenResources } from "./store.ts";

/** A few kilobytes each. */
const maxResources = 20_000;

/**
 * Resources by key, so that what every request passes through (subscription, group, cluster) is not read and parsed
 * each time. No other process may write to the store. What the open transaction has written is kept apart until it is
 * committed: only its own units see it.
 */
export class ResourceCache implements CachedResources {
  /** In the order of use: the first is the one longest unused. */
  readonly #committed = new Map<string, StoredResource>();
  /** What the open transaction has written; undefined for what it has removed. */
  readonly #written = new Map<string, StoredResource | undefined>();
  readonly #writtenTypes = new Set<string>();
  readonly #writesByType = new Map<string, number>();
  #writes = 0;

  /** The open transaction's own view. */
  readonly written: WrittenResources = {
    get: (key) => this.#written.get(key) ?? this.get(key),
    mark: () => this.mark(),
    put: (resource, mark) => this.put(resource, mark),
    markOf: (typeKeys) => this.markOf(typeKeys),
    write: (resource) => this.#write(resource, deepFreeze(resource as StoredResource)),
    remove: (resource) => this.#write(resource, undefined),
  };

  /** The committed resource, if it is known and not being written. */
  get(key: string): StoredResource | undefined {
    if (this.#written.has(key)) return undefined;
    const known = this.#committed.get(key);
    if (known === undefined) return undefined;
    this.#committed.delete(key);
    this.#committed.set(key, known);
    return known;
  }

  mark(): number {
    return this.#writes;
  }

  put(resource: StoredResource, mark: number): void {
    if (mark === this.#writes && !this.#written.has(resource.key)) this.#keep(deepFreeze(resource));
  }

  markOf(typeKeys: readonly string[]): number | undefined {
    let mark = 0;
    for (const typeKey of typeKeys) {
      if (this.#writtenTypes.has(typeKey)) return undefined;
      mark += this.#writesByType.get(typeKey) ?? 0;
    }
    return mark;
  }

  /** The keys of what the open transaction has written or removed so far. */
  get writtenKeys(): readonly string[] {
    return [...this.#written.keys()];
  }

  /** Ends the open transaction: from now on all readers see what it wrote, or nobody does. */
  endTransaction({ isCommitted }: { isCommitted: boolean }): void {
    for (const [key, resource] of isCommitted ? this.#written : []) {
      this.#committed.delete(key);
      if (resource !== undefined) this.#keep(resource);
    }
    this.#written.clear();
    this.#writtenTypes.clear();
  }

  #write({ key, typeKey }: Pick<StoredResource, "key" | "typeKey">, resource: StoredResource | undefined): void {
    this.#writes += 1;
    this.#written.set(key, resource);
    this.#writtenTypes.add(typeKey);
    this.#writesByType.set(typeKey, (this.#writesByType.get(typeKey) ?? 0) + 1);
  }

  #keep(resource: StoredResource): void {
    this.#committed.delete(resource.key);
    if (this.#committed.size >= maxResources) {
      const [oldest = ""] = this.#committed.keys();
      this.#committed.delete(oldest);
    }
    this.#committed.set(resource.key, resource);
  }
}

/** All readers share the objects: none of them may change one. */
function deepFreeze<Value extends object>(value: Value): Value {
  if (Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) {
    if (typeof inner === "object" && inner !== null) deepFreeze(inner as object);
  }
  return Object.freeze(value);
}

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
