import type { StoredResource } from "../store.ts";
import { hashOf } from "../../kernel/key-hash.ts";
import { HashIndex } from "./hash-index.ts";
import { draftRecord, hashAt, idAt, lengthAt, readRecord, takeWasRead, writeRecord, type Draft } from "./record.ts";
import { alignment, maxRecordBytes, newSlab, slabBytes, type Slab } from "./slab.ts";

/**
 * Resources as bytes in slabs, where they cost the garbage collector nothing, found by their keys. When the slabs have
 * their limit, the oldest is emptied: what was read in it since it was filled, up to half, moves on, and the rest is
 * forgotten. A slab of which less than 60 % is in use is emptied before another is added.
 */
export class PackedResources {
  readonly #maxSlabs: number;
  /** By number; the first has number 1, so that no reference is 0. */
  readonly #slabs = new Map<number, Slab>();
  readonly #freeNumbers: number[] = [];
  readonly #index = new HashIndex((reference, key) => this.#keyAt(reference) === key);
  readonly #typeNumbers = new Map<string, number>();
  readonly #typeKeys: string[] = [];
  #currentNumber = 0;
  #largestNumber = 0;
  #spare: Slab | undefined;
  #count = 0;

  constructor({ maxBytes }: { maxBytes: number }) {
    // One number more is in use while a slab is emptied into another.
    const slabs = Math.min(Math.floor(maxBytes / slabBytes), largestSlabNumber - 1);
    // A single slab could not be emptied into another.
    this.#maxSlabs = slabs < 2 ? 0 : slabs;
  }

  /** How many resources are kept. */
  get count(): number {
    return this.#count;
  }

  /** Of all slabs, without the index, which has up to 24 bytes for each resource. */
  get bytes(): number {
    return this.#slabs.size * slabBytes;
  }

  /** Whether another slab may be added before one has to be emptied. */
  get hasRoom(): boolean {
    return this.#slabs.size < this.#maxSlabs;
  }

  /** A copy of a resource, and how long its document's text is. */
  get(key: string): { readonly resource: StoredResource; readonly textLength: number } | undefined {
    const reference = this.#index.find(hashOf(key), key);
    if (reference === 0) return undefined;
    return readRecord(this.#slabOf(reference), offsetOf(reference), { key, typeKeys: this.#typeKeys });
  }

  /** Keeps a resource in place of what is kept under its key; forgets that if the resource is too large to keep. */
  set(resource: Omit<StoredResource<object>, "document">, text: string): void {
    const hash = hashOf(resource.key);
    this.#delete(hash, resource.key);
    this.#add(hash, resource, text);
  }

  /** Keeps a resource unless one is kept under its key. */
  add(resource: Omit<StoredResource<object>, "document">, text: string): void {
    const hash = hashOf(resource.key);
    if (this.#index.find(hash, resource.key) === 0) this.#add(hash, resource, text);
  }

  delete(key: string): void {
    this.#delete(hashOf(key), key);
  }

  #add(hash: number, resource: Omit<StoredResource<object>, "document">, text: string): void {
    const draft = draftRecord(resource, text, { hash, typeNumber: this.#typeNumber(resource.typeKey) });
    if (draft === undefined || draft.length > maxRecordBytes || this.#maxSlabs === 0) return;
    this.#makeRoom(draft.length);
    this.#index.add(hash, this.#write(draft));
    this.#count += 1;
  }

  #delete(hash: number, key: string): void {
    const reference = this.#index.find(hash, key);
    if (reference === 0) return;
    const slab = this.#slabOf(reference);
    slab.usedBytes -= lengthAt(slab, offsetOf(reference));
    this.#forget(hash, reference);
  }

  #forget(hash: number, reference: number): void {
    this.#index.remove(hash, reference);
    this.#count -= 1;
  }

  #keyAt(reference: number): string {
    return idAt(this.#slabOf(reference), offsetOf(reference)).toLowerCase();
  }

  #slabOf(reference: number): Slab {
    const slab = this.#slabs.get(Math.floor(reference / placesPerSlab));
    if (slab === undefined) throw new RangeError(`There is no record at ${reference}.`);
    return slab;
  }

  #typeNumber(typeKey: string): number {
    let number = this.#typeNumbers.get(typeKey);
    if (number === undefined) {
      number = this.#typeKeys.push(typeKey) - 1;
      this.#typeNumbers.set(typeKey, number);
    }
    return number;
  }

  #write(draft: Draft): number {
    const slab = this.#current(draft.length);
    writeRecord(slab, slab.end, draft);
    return this.#advance(slab, draft.length);
  }

  /** Takes the next bytes of the current slab. */
  #advance(slab: Slab, length: number): number {
    const reference = this.#currentNumber * placesPerSlab + slab.end / alignment;
    slab.end += length;
    slab.usedBytes += length;
    return reference;
  }

  #current(length: number): Slab {
    const slab = this.#slabs.get(this.#currentNumber);
    return slab !== undefined && slab.end + length <= slabBytes ? slab : this.#addSlab();
  }

  #addSlab(): Slab {
    const slab = this.#spare ?? newSlab();
    this.#spare = undefined;
    slab.end = 0;
    slab.usedBytes = 0;
    this.#currentNumber = this.#freeNumbers.pop() ?? (this.#largestNumber += 1);
    this.#slabs.set(this.#currentNumber, slab);
    return slab;
  }

  /** Empties a slab if the current one is full and there are as many as may be, or one is mostly out of use. */
  #makeRoom(length: number): void {
    const current = this.#slabs.get(this.#currentNumber);
    if (current === undefined || current.end + length <= slabBytes) return;
    const emptiest = this.#emptiest();
    if (emptiest !== undefined) this.#empty(emptiest, { mostKept: slabBytes, keepsUnread: true });
    else if (this.#slabs.size >= this.#maxSlabs) {
      // A map has its entries in the order in which they were added.
      const [oldest = 0] = this.#slabs.keys();
      this.#empty(oldest, { mostKept: slabBytes / 2, keepsUnread: false });
    }
  }

  #emptiest(): number | undefined {
    let found: { readonly number: number; readonly usedBytes: number } | undefined;
    for (const [number, { usedBytes }] of this.#slabs) {
      if (usedBytes < slabBytes * leastUse && usedBytes < (found?.usedBytes ?? slabBytes))
        found = { number, usedBytes };
    }
    return found?.number;
  }

  #empty(number: number, keeps: { readonly mostKept: number; readonly keepsUnread: boolean }): void {
    const slab = this.#slabs.get(number);
    if (slab === undefined) return;
    this.#slabs.delete(number);
    // The records move to a new slab, not to the end of the one that is emptied.
    this.#addSlab();
    let kept = 0;
    for (let offset = 0; offset < slab.end; offset += lengthAt(slab, offset)) {
      const hash = hashAt(slab, offset);
      const reference = number * placesPerSlab + offset / alignment;
      if (!this.#index.has(hash, reference)) continue;
      const length = lengthAt(slab, offset);
      const stays = (takeWasRead(slab, offset) || keeps.keepsUnread) && kept + length <= keeps.mostKept;
      if (!stays) this.#forget(hash, reference);
      else this.#index.replace(hash, reference, this.#copy(slab, offset, length));
      if (stays) kept += length;
    }
    this.#freeNumbers.push(number);
    this.#spare = slab;
  }

  #copy(from: Slab, offset: number, length: number): number {
    const to = this.#current(length);
    from.bytes.copy(to.bytes, to.end, offset, offset + length);
    return this.#advance(to, length);
  }
}

/** A slab of which less is in use is emptied: at most two thirds of the bytes are wasted. */
const leastUse = 0.6;

/** A reference is the number of a slab times this, plus the place of the record in it. */
const placesPerSlab = slabBytes / alignment;

/** References have 32 bits: 32 GB of records. */
const largestSlabNumber = 2 ** 32 / placesPerSlab - 1;

const offsetOf = (reference: number): number => (reference % placesPerSlab) * alignment;
