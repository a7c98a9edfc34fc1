/** A piece of memory outside of V8's heap, which records are written into one after the other. */
export interface Slab {
  readonly bytes: Buffer;
  /** The same bytes, for the numbers of a record's head. */
  readonly words: Uint32Array;
  readonly doubles: Float64Array;
  /** Where the next record begins. */
  end: number;
  /** How many bytes of it are of records that are still in use. */
  usedBytes: number;
}

export const slabBytes = 1_048_576;

/** Records begin at multiples of this. */
export const alignment = 8;

/** A record may take a sixteenth of a slab, so that little is left over at the end of one. */
export const maxRecordBytes = slabBytes / 16;

/** An empty slab. */
export function newSlab(): Slab {
  const bytes = Buffer.allocUnsafeSlow(slabBytes);
  return {
    bytes,
    words: new Uint32Array(bytes.buffer),
    doubles: new Float64Array(bytes.buffer),
    end: 0,
    usedBytes: 0,
  };
}
