/**
 * Finds records by their keys' hashes: open addressing with linear probing, 8 bytes a place and at most 70 % of the places
 * taken. It is cut into shards, so that to grow one takes less than a millisecond also at millions of records.
 */
export class HashIndex {
  readonly #shards: Shard[];
  readonly #hasKey: (reference: number, key: string) => boolean;

  /** @param hasKey Whether the record that a reference leads to has a key. References are whole numbers from 1 to 2³² - 1. */
  constructor(hasKey: (reference: number, key: string) => boolean) {
    this.#hasKey = hasKey;
    this.#shards = Array.from({ length: shardCount }, () => new Shard());
  }

  /** The reference of the record with a key; 0 when there is none. */
  find(hash: number, key: string): number {
    const { mask, hashes, references } = this.#shardOf(hash);
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const reference = references[place] ?? 0;
      if (reference === 0) return 0;
      if (hashes[place] === hash && this.#hasKey(reference, key)) return reference;
    }
  }

  /** Whether a reference is in the index. */
  has(hash: number, reference: number): boolean {
    return this.#shardOf(hash).placeOf(hash, reference) !== undefined;
  }

  add(hash: number, reference: number): void {
    this.#shardOf(hash).add(hash, reference);
  }

  /** Puts the reference to where a record has been moved in place of the former one. */
  replace(hash: number, former: number, reference: number): void {
    const shard = this.#shardOf(hash);
    const place = shard.placeOf(hash, former);
    if (place !== undefined) shard.references[place] = reference;
  }

  remove(hash: number, reference: number): void {
    this.#shardOf(hash).remove(hash, reference);
  }

  #shardOf(hash: number): Shard {
    const shard = this.#shards[hash >>> shardShift];
    if (shard === undefined) throw new RangeError(`${hash} is no hash of 32 bits.`);
    return shard;
  }
}

const shardCount = 256;
/** The upper 8 of a hash's 32 bits choose the shard, the lower ones the place in it. */
const shardShift = 24;
const firstPlaces = 16;
const maxLoad = 0.7;

class Shard {
  mask = firstPlaces - 1;
  hashes = new Uint32Array(firstPlaces);
  /** 0 where no record is. */
  references = new Uint32Array(firstPlaces);
  #count = 0;

  placeOf(hash: number, reference: number): number | undefined {
    for (let place = hash & this.mask; ; place = (place + 1) & this.mask) {
      const found = this.references[place] ?? 0;
      if (found === 0) return undefined;
      if (found === reference) return place;
    }
  }

  add(hash: number, reference: number): void {
    if (this.#count >= (this.mask + 1) * maxLoad) this.#grow();
    this.#count += 1;
    this.#place(hash, reference);
  }

  remove(hash: number, reference: number): void {
    let hole = this.placeOf(hash, reference);
    if (hole === undefined) return;
    this.#count -= 1;
    // Later records move up, so that no search ends at the hole before it has reached them.
    for (let place = (hole + 1) & this.mask; this.references[place] !== 0; place = (place + 1) & this.mask) {
      const wanted = (this.hashes[place] ?? 0) & this.mask;
      if (((place - wanted) & this.mask) < ((place - hole) & this.mask)) continue;
      this.hashes[hole] = this.hashes[place] ?? 0;
      this.references[hole] = this.references[place] ?? 0;
      hole = place;
    }
    this.references[hole] = 0;
  }

  #place(hash: number, reference: number): void {
    let place = hash & this.mask;
    while (this.references[place] !== 0) place = (place + 1) & this.mask;
    this.hashes[place] = hash;
    this.references[place] = reference;
  }

  #grow(): void {
    const { hashes, references } = this;
    const places = (this.mask + 1) * 2;
    this.mask = places - 1;
    this.hashes = new Uint32Array(places);
    this.references = new Uint32Array(places);
    for (const [place, reference] of references.entries()) {
      if (reference !== 0) this.#place(hashes[place] ?? 0, reference);
    }
  }
}
