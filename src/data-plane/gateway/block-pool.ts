/** Up to so many bytes, Node's own pool serves. */
const smallBytes = 4_096;

const blockBytes = 64 * 1_024;

/** So many blocks are kept for later. */
const mostKept = 64;

/** A copy of bytes, and what to call when it is not needed any more. */
export interface Copy {
  readonly bytes: Buffer;
  readonly giveBack: (() => void) | undefined;
}

const kept: Buffer[] = [];

/**
 * Copies bytes to memory that is used again. Buffers of this size that were made anew for each reply would have the
 * garbage collector go through the whole heap many times a second.
 */
export function copyOf(bytes: Buffer): Copy {
  if (bytes.length <= smallBytes || bytes.length > blockBytes)
    return { bytes: Buffer.from(bytes), giveBack: undefined };
  const block = kept.pop() ?? Buffer.allocUnsafeSlow(blockBytes);
  bytes.copy(block);
  return {
    bytes: block.subarray(0, bytes.length),
    giveBack: () => {
      if (kept.length < mostKept) kept.push(block);
    },
  };
}
