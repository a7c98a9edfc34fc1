import { createHash, randomUUID } from "node:crypto";

/** A random version 4 UUID, lower case with hyphens. */
export const newUuid = (): string => randomUUID();

/** The version 5 UUID of `name` within `namespace` (RFC 9562 §5.5): equal input gives the equal id, on every machine. */
export function nameUuid(namespace: string, name: string): string {
  const space = Buffer.from(namespace.replaceAll("-", ""), "hex");
  const hash = createHash("sha1").update(space).update(name).digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString("hex", 0, 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

const uuidPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether `text` is spelled as a UUID, in either case. */
export const isUuid = (text: string): boolean => uuidPattern.test(text);
