import type { StoredResource } from "./resources.ts";

/** A few kilobytes each. */
const maxResources = 20_000;

/**
 * What is committed, by key, so that what every request passes through (subscription, group, cluster) is not read and
 * parsed each time. Only for a store that no other process writes to. What a transaction under way has written is not
 * here until it was read again after the commit: a rollback needs no undoing.
 */
export class ResourceCache {
  /** In the order of use: the first is the one longest unused. */
  readonly #resources = new Map<string, StoredResource>();
  readonly #uncommitted = new Set<string>();
  #drops = 0;

  /** The committed resource, if it is known and not being written; frozen. */
  get(key: string): StoredResource | undefined {
    const known = this.#resources.get(key);
    if (known === undefined) return undefined;
    this.#resources.delete(key);
    this.#resources.set(key, known);
    return known;
  }

  /** To be taken before a read whose result is then `put`. */
  mark(): number {
    return this.#drops;
  }

  /** Keeps what was read since `mark`, unless something was written in between. */
  put(resource: StoredResource, mark: number): void {
    if (mark !== this.#drops || this.#uncommitted.has(resource.key)) return;
    const [oldest] = this.#resources.keys();
    if (this.#resources.size >= maxResources && oldest !== undefined) this.#resources.delete(oldest);
    this.#resources.set(resource.key, deepFreeze(resource));
  }

  /** A transaction writes or removes this resource. */
  drop(key: string): void {
    this.#drops += 1;
    this.#resources.delete(key);
    this.#uncommitted.add(key);
  }

  /** The transaction under way has ended, one way or the other. */
  endTransaction(): void {
    this.#uncommitted.clear();
  }
}

/** Shared by all readers: nobody may change it. */
function deepFreeze<Value extends object>(value: Value): Value {
  for (const inner of Object.values(value)) {
    if (typeof inner === "object" && inner !== null) deepFreeze(inner as object);
  }
  return Object.freeze(value);
}
