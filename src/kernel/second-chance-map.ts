interface Entry<Value> {
  readonly value: Value;
  readonly bytes: number;
  wasRead: boolean;
}

/**
 * A map of at most so many bytes, as its user counts them. To make room it forgets the oldest entry that was not read since
 * it was last passed over ("second chance"): reading costs no change of the order.
 */
export class SecondChanceMap<Key, Value> {
  readonly #maxBytes: number;
  readonly #onForget: (value: Value) => void;
  readonly #entries = new Map<Key, Entry<Value>>();
  /** Kept between calls: to begin at the front again would step over all that was forgotten there. */
  #hand: MapIterator<[Key, Entry<Value>]> | undefined;
  #bytes = 0;

  /** @param onForget Is called with every value that leaves the map, also with one that another replaces. */
  constructor({
    maxBytes,
    onForget = () => undefined,
  }: {
    maxBytes: number;
    onForget?: ((value: Value) => void) | undefined;
  }) {
    this.#maxBytes = maxBytes;
    this.#onForget = onForget;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Whether an entry of so many bytes has room without another being forgotten. */
  hasRoom(bytes: number): boolean {
    return this.#bytes + bytes <= this.#maxBytes;
  }

  get(key: Key): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    entry.wasRead = true;
    return entry.value;
  }

  /** Keeps a value. Returns whether it is kept: one that is larger than a quarter of the map is not. */
  set(key: Key, value: Value, bytes: number): boolean {
    this.delete(key);
    if (bytes > this.#maxBytes / 4) {
      this.#onForget(value);
      return false;
    }
    this.#makeRoom(bytes);
    this.#entries.set(key, { value, bytes, wasRead: false });
    this.#bytes += bytes;
    return true;
  }

  delete(key: Key): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.#forget(key, entry);
  }

  #forget(key: Key, entry: Entry<Value>): void {
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
    this.#onForget(entry.value);
  }

  #makeRoom(bytes: number): void {
    while (!this.hasRoom(bytes)) {
      this.#hand ??= this.#entries.entries();
      const { done, value: next } = this.#hand.next();
      if (done === true) this.#hand = undefined;
      else if (next[1].wasRead) next[1].wasRead = false;
      else this.#forget(...next);
    }
  }
}
