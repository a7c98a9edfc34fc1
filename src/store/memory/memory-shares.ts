const bytesPerMb = 1_048_576;

/** More on V8's heap makes the pauses of its garbage collector noticeable. */
const mostOnHeapBytes = 128 * bytesPerMb;

/** How the memory for resources is divided, in bytes. */
export interface MemoryShares {
  /** For all resources, packed; outside of V8's heap. */
  readonly packed: number;
  /** For those that are read often, parsed. */
  readonly parsed: number;
  /** For the keys of lists. */
  readonly lists: number;
  /** For bodies as text. */
  readonly bodies: number;
}

/** Divides so many MB (2^20 bytes each). */
export function memoryShares(memoryMb: number): MemoryShares {
  const all = memoryMb * bytesPerMb;
  const onHeap = (share: number): number => Math.min(Math.floor(all * share), mostOnHeapBytes);
  const [parsed, lists, bodies] = [onHeap(0.15), onHeap(0.05), onHeap(0.15)];
  return { packed: all - parsed - lists - bodies, parsed, lists, bodies };
}
