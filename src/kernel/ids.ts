import { hash, randomUUID } from "node:crypto";

/** A random version 4 UUID, lower case with hyphens. */
export const newUuid = (): string => randomUUID();

/** The version 5 UUID of `name` within `namespace` (RFC 9562 §5.5): equal input gives the equal id, on every machine. */
export function nameUuid(namespace: string, name: string): string {
  const input = Buffer.from(namespace.replaceAll("-", "") + Buffer.from(name).toString("hex"), "hex");
  const hex = hash("sha1", input);
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const uuidPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether `text` is spelled as a UUID, in either case. */
export const isUuid = (text: string): boolean => uuidPattern.test(text);
