/** How deep a document may nest, and how many values it may hold on all levels together, itself included. */
export interface JsonLimits {
  readonly maxDepth: number;
  readonly maxValues: number;
}

const [quote, backslash] = [0x22, 0x5c];
const [comma, openBrace, closeBrace] = [0x2c, 0x7b, 0x7d];

/** Brackets and braces differ in this bit. */
const braceBit = 0x20;
const isOpening = (byte: number): boolean => (byte | braceBit) === openBrace;
const isClosing = (byte: number): boolean => (byte | braceBit) === closeBrace;

/** The last of the characters that are white space in JSON, or may not stand outside a string at all. */
const space = 0x20;

/**
 * Which limit the JSON in `bytes` passes, if any: one pass over brackets, commas and quotes, with nothing kept, so that
 * it can come before parsing. All bytes of UTF-8 above ASCII are passed over. Of text that is no JSON it may say anything.
 */
export function passedLimit(bytes: Uint8Array, { maxDepth, maxValues }: JsonLimits): keyof JsonLimits | undefined {
  let depth = 0;
  let values = 1;
  let isJustOpened = false;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte <= space) continue;
    if (isOpening(byte)) {
      depth += 1;
      values += 1;
      isJustOpened = true;
      if (depth > maxDepth) return "maxDepth";
      // The last one opened may be empty, and then holds no value.
      if (values > maxValues + 1) return "maxValues";
      continue;
    }
    if (byte === quote) index = endOfString(bytes, index);
    else if (byte === comma) values += 1;
    else if (isClosing(byte)) {
      depth -= 1;
      if (isJustOpened) values -= 1;
    }
    isJustOpened = false;
    if (values > maxValues) return "maxValues";
  }
  return undefined;
}

/** Where the string ends that begins at `start`, or the text does. */
function endOfString(bytes: Uint8Array, start: number): number {
  for (let index = start + 1; index < bytes.length; index += 1) {
    const byte = bytes[index];
    if (byte === backslash) index += 1;
    else if (byte === quote) return index;
  }
  return bytes.length;
}
