const lengthBytes = 2;

/** A message with its length before it (RFC 1035 §4.2.2). */
export function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}

/** The length that the first message announces; undefined while that has not come. */
export const announcedBytes = (bytes: Buffer): number | undefined =>
  bytes.length < lengthBytes ? undefined : bytes.readUInt16BE(0);

/** The first message and what follows it; undefined while it is not whole. */
export function takeFrame(bytes: Buffer): { message: Buffer; rest: Buffer } | undefined {
  const length = announcedBytes(bytes);
  if (length === undefined || bytes.length < lengthBytes + length) return undefined;
  return { message: bytes.subarray(lengthBytes, lengthBytes + length), rest: bytes.subarray(lengthBytes + length) };
}
