import { RecentKeys } from "../kernel/recent-keys.ts";
import { SecondChanceMap } from "../kernel/second-chance-map.ts";
import { KeyLists, nameOfScope, scopesOf } from "./memory/key-lists.ts";
import type { MemoryShares } from "./memory/memory-shares.ts";
import { PackedResources } from "./memory/packed-resources.ts";
import type { Reading, ReadTrace } from "./memory/read-trace.ts";
import type { CachedResources, Listed, ListScope, StoredResource, WrittenResources } from "./store.ts";

/** A resource with its document parsed. */
interface Known {
  readonly resource: StoredResource;
  readonly reading: Reading;
}

/** What the open transaction has done to a resource. */
interface Written {
  readonly resource: Listed;
  /** Undefined for one that is removed. */
  readonly now: { readonly resource: StoredResource; readonly text: string } | undefined;
  /** Whether the lists that it is in have other keys now. */
  readonly changesLists: boolean;
}

/**
 * Committed resources and lists in memory, so that what every request passes through is not read and parsed each time:
 * all resources packed, as far as they fit, and those that are read often parsed. No other process may write to the store.
 * What the open transaction has written is kept apart until it is committed: only its own units see it.
 */
export class ResourceCache implements CachedResources {
  readonly #packed: PackedResources;
  readonly #parsed: SecondChanceMap<string, Known>;
  readonly #lists: KeyLists;
  readonly #recentlyRead = new RecentKeys();
  readonly #written = new Map<string, Written>();
  /** The names of the scopes with other keys than before the open transaction. */
  readonly #changedScopes = new Set<string>();
  readonly #writtenTypes = new Set<string>();
  readonly #writesByType = new Map<string, number>();
  #writes = 0;

  /** The open transaction's own view. */
  readonly written: WrittenResources = {
    get: (key) => {
      const written = this.#written.get(key);
      return written === undefined ? this.get(key) : written.now?.resource;
    },
    keysOf: (scope) => (this.#changedScopes.has(nameOfScope(scope)) ? undefined : this.keysOf(scope)),
    mark: () => this.mark(),
    put: (resource, text, mark) => this.put(resource, text, mark),
    putKeys: (scope, keys, mark) => this.putKeys(scope, keys, mark),
    markOf: (typeKeys) => this.markOf(typeKeys),
    write: (resource, { text, isNew }) => {
      const now = { resource: deepFreeze(resource as StoredResource), text };
      this.#write({ resource, now, changesLists: isNew });
    },
    remove: (resource) => this.#write({ resource, now: undefined, changesLists: true }),
  };

  constructor({ packed, parsed, lists }: Omit<MemoryShares, "bodies">) {
    this.#packed = new PackedResources({ maxBytes: packed });
    this.#parsed = new SecondChanceMap({
      maxBytes: parsed,
      onForget: ({ reading }) => void (reading.isCurrent = false),
    });
    this.#lists = new KeyLists({ maxBytes: lists });
  }

  /** How many resources are in memory, the bytes of their slabs, and whether there may be more. */
  get packed(): { readonly count: number; readonly bytes: number; readonly hasRoom: boolean } {
    return this.#packed;
  }

  get(key: string, trace?: ReadTrace): StoredResource | undefined {
    const known = this.#parsed.get(key);
    if (known === undefined) return this.#unpack(key, trace);
    trace?.add(known.reading);
    return known.resource;
  }

  keysOf(scope: ListScope, trace?: ReadTrace): readonly string[] | undefined {
    const list = this.#lists.get(scope);
    if (list === undefined) return undefined;
    trace?.add(list.reading);
    return list.keys;
  }

  mark(): number {
    return this.#writes;
  }

  put(resource: StoredResource, text: string, mark: number): void {
    const { key } = resource;
    if (!this.#mayKeep(key, mark)) return;
    this.#packed.add(resource, text);
    if (this.#parsed.get(key) === undefined) this.#parse(resource, text.length);
  }

  /** Keeps packed what was read since `mark`, if there is room. Returns whether nothing was written in between. */
  pack(resource: Omit<StoredResource, "document">, text: string, mark: number): boolean {
    if (mark !== this.#writes) return false;
    const { key } = resource;
    if (this.#mayKeep(key, mark)) this.#packed.add(resource, text);
    return true;
  }

  /** Whether what is known of a key since `mark` is committed, and still so. */
  #mayKeep(key: string, mark: number): boolean {
    return mark === this.#writes && (this.#written.size === 0 || !this.#written.has(key));
  }

  putKeys(scope: ListScope, keys: readonly string[], mark: number): void {
    if (mark === this.#writes && !this.#changedScopes.has(nameOfScope(scope))) this.#lists.keep(scope, keys);
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
    // A read that began before must not be kept: it may be of what was committed before.
    this.#writes += 1;
    for (const written of isCommitted ? this.#written.values() : []) this.#commit(written);
    this.#written.clear();
    this.#changedScopes.clear();
    this.#writtenTypes.clear();
  }

  #commit({ resource, now, changesLists }: Written): void {
    const { key } = resource;
    if (changesLists) this.#lists.forgetListsOf(resource);
    // It is parsed again when it is read: what was written may have properties that are undefined, which its text has not.
    this.#parsed.delete(key);
    if (now === undefined) this.#packed.delete(key);
    else this.#packed.set(now.resource, now.text);
  }

  #write(written: Written): void {
    const { resource } = written;
    const { key, typeKey } = resource;
    const changesLists = written.changesLists || this.#written.get(key)?.changesLists === true;
    this.#writes += 1;
    this.#written.set(key, { ...written, changesLists });
    if (changesLists) for (const scope of scopesOf(resource)) this.#changedScopes.add(scope);
    this.#writtenTypes.add(typeKey);
    this.#writesByType.set(typeKey, (this.#writesByType.get(typeKey) ?? 0) + 1);
  }

  #unpack(key: string, trace: ReadTrace | undefined): StoredResource | undefined {
    const found = this.#packed.get(key);
    const reading = found === undefined ? undefined : this.#parse(found.resource, found.textLength);
    if (reading === undefined) trace?.addUnknown();
    else trace?.add(reading);
    return found?.resource;
  }

  /**
   * Keeps a resource parsed if there is room for it, or if it was read a short time ago too: among so many that none is read
   * again soon, to keep each would cost the garbage collector more than to parse it again.
   */
  #parse(resource: StoredResource, textLength: number): Reading | undefined {
    const isKept = this.#parsed.hasRoom(parsedBytes(textLength)) || this.#recentlyRead.add(resource.key);
    return isKept ? this.#keepParsed(resource, textLength) : undefined;
  }

  #keepParsed(resource: StoredResource, textLength: number): Reading {
    const reading = { isCurrent: true };
    this.#parsed.set(resource.key, { resource: deepFreeze(resource), reading }, parsedBytes(textLength));
    return reading;
  }
}

/** What a parsed resource takes, from the length of its document's text: 950 bytes measured with texts of 150 to 300. */
const parsedBytes = (textLength: number): number => 600 + 2 * textLength;

/** All readers share the objects: none of them may change one. */
function deepFreeze<Value extends object>(value: Value): Value {
  if (Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) {
    if (typeof inner === "object" && inner !== null) deepFreeze(inner as object);
  }
  return Object.freeze(value);
}
