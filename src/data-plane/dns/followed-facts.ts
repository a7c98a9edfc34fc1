import { isDeepStrictEqual } from "node:util";

/** How facts about resources of one type are read. */
export interface FactReader<Facts> {
  /** All of them, by the keys of their resources. */
  readonly list: () => Promise<ReadonlyMap<string, Facts>>;
  /** Of one resource; undefined when there are none. */
  readonly read: (key: string) => Promise<Facts | undefined>;
}

interface FollowOptions<Facts> extends FactReader<Facts> {
  /** What facts are asked for by. */
  readonly groupOf: (facts: Facts) => string;
  /** Called for each group in which something was found to be another than before. */
  readonly onChange: (group: string) => void;
}

/**
 * Facts about resources, in groups. The first `catchUp` reads all of them; each later one reads only those whose resources
 * have changed meanwhile, and none when nothing has.
 */
export class FollowedFacts<Facts> {
  readonly #options: FollowOptions<Facts>;
  readonly #groups = new Map<string, Map<string, Facts>>();
  readonly #groupOfKey = new Map<string, string>();
  /** What has changed since it was read. Nothing is noted before all were read. */
  readonly #stale = new Set<string>();
  #state: "empty" | "listing" | "listed" = "empty";
  /** Reads follow each other, so that an older one never replaces a newer one. */
  #reading: Promise<void> | undefined;

  constructor(options: FollowOptions<Facts>) {
    this.#options = options;
  }

  /** Has to be called when a resource was written or removed. */
  changed(key: string): void {
    if (this.#state !== "empty") this.#stale.add(key);
  }

  /** Resolves when everything that had changed by the call is read. @throws when the store cannot be read */
  async catchUp(): Promise<void> {
    while (this.#state !== "listed" || this.#stale.size > 0 || this.#reading !== undefined) {
      this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
      await this.#reading;
    }
  }

  /** The facts of a group as they were last read, in the order of their keys. */
  of(group: string): readonly (readonly [key: string, facts: Facts])[] {
    const facts = this.#groups.get(group) ?? new Map<string, Facts>();
    return [...facts].toSorted(([one], [other]) => (one < other ? -1 : 1));
  }

  async #read(): Promise<void> {
    if (this.#state === "empty") await this.#readAll();
    const keys = [...this.#stale];
    this.#stale.clear();
    try {
      const read = await Promise.all(keys.map(async (key) => [key, await this.#options.read(key)] as const));
      for (const [key, facts] of read) this.#replace(key, facts);
    } catch (cause) {
      for (const key of keys) this.#stale.add(key);
      throw cause;
    }
  }

  async #readAll(): Promise<void> {
    this.#state = "listing";
    try {
      for (const [key, facts] of await this.#options.list()) this.#replace(key, facts);
      this.#state = "listed";
    } catch (cause) {
      this.#state = "empty";
      this.#stale.clear();
      throw cause;
    }
  }

  #replace(key: string, facts: Facts | undefined): void {
    const { groupOf, onChange } = this.#options;
    const before = this.#groupOfKey.get(key);
    const after = facts && groupOf(facts);
    if (before !== undefined) {
      if (isDeepStrictEqual(this.#groups.get(before)?.get(key), facts)) return;
      this.#takeOut(before, key);
      onChange(before);
    }
    if (facts === undefined || after === undefined) return;
    this.#putIn(after, key, facts);
    if (after !== before) onChange(after);
  }

  #putIn(group: string, key: string, facts: Facts): void {
    this.#groupOfKey.set(key, group);
    const members = this.#groups.get(group) ?? new Map<string, Facts>();
    this.#groups.set(group, members.set(key, facts));
  }

  #takeOut(group: string, key: string): void {
    this.#groupOfKey.delete(key);
    const members = this.#groups.get(group);
    members?.delete(key);
    if (members?.size === 0) this.#groups.delete(group);
  }
}
