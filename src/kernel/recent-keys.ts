import { hashOf } from "./key-hash.ts";

/** Remembers some thousands of keys, each until another takes its place, by their hashes: now and then one for another. */
export class RecentKeys {
  readonly #hashes = new Uint32Array(places);

  /** Remembers a key. Returns whether it was remembered already. */
  add(key: string): boolean {
    const hash = hashOf(key);
    const place = hash % places;
    if (this.#hashes[place] === hash) return true;
    this.#hashes[place] = hash;
    return false;
  }
}

const places = 8_192;
