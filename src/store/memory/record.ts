import type { JsonObject } from "../../kernel/json.ts";
import type { StoredResource } from "../store.ts";
import { alignment, type Slab } from "./slab.ts";

/*
 * How a resource lies in a slab: a head of 48 bytes, its id, and its document as JSON. Both are Latin-1 if they are ASCII,
 * otherwise UTF-8. Key, parent and subscription are parts of the id in lower case, of which only the lengths are kept.
 *
 *   0 length, hash of the key   8 created at   16 updated at   24 version, type, flags, length of the parent's key
 *   40 lengths of the subscription's key and of the id (16 bits each), length of the document
 */

export const headBytes = 48;

const at = {
  length: 0,
  hash: 1,
  version: 6,
  type: 7,
  flags: 8,
  parentLength: 9,
  /** The subscription's in the upper 16 bits, that of the id in the lower ones. */
  lengths: 10,
  documentLength: 11,
} as const;

const createdAt = 1;
const updatedAt = 2;

const flag = { isAscii: 1, wasRead: 2 } as const;

const wordBytes = 4;
const doubleBytes = 8;
const longestId = 0xffff;

/** What is written of a resource. */
export interface Draft {
  readonly resource: Omit<StoredResource<object>, "document">;
  readonly text: string;
  readonly hash: number;
  readonly typeNumber: number;
  readonly isAscii: boolean;
  readonly idBytes: number;
  readonly documentBytes: number;
  /** With the head, aligned. */
  readonly length: number;
}

/** Prepares a record; undefined for a resource whose parent and subscription are not parts of its id. */
export function draftRecord(
  resource: Omit<StoredResource<object>, "document">,
  text: string,
  { hash, typeNumber }: { hash: number; typeNumber: number },
): Draft | undefined {
  if (!isDerived(resource)) return undefined;
  const { id } = resource;
  const idBytes = Buffer.byteLength(id);
  const documentBytes = Buffer.byteLength(text);
  if (idBytes > longestId) return undefined;
  const isAscii = idBytes === id.length && documentBytes === text.length;
  const length = Math.ceil((headBytes + idBytes + documentBytes) / alignment) * alignment;
  return { resource, text, hash, typeNumber, isAscii, idBytes, documentBytes, length };
}

const subscriptions = "/subscriptions/";

/** Whether the keys of a resource, its parent and its subscription can be read from its id. */
const isDerived = ({ id, key, parentKey, subscriptionKey }: Omit<StoredResource<object>, "document">): boolean =>
  key === id.toLowerCase() &&
  key.startsWith(parentKey) &&
  (subscriptionKey === "" || key.startsWith(subscriptions + subscriptionKey));

/** Writes a record at an offset, where it has room. */
export function writeRecord({ bytes, words, doubles }: Slab, offset: number, draft: Draft): void {
  const { resource, text, isAscii, idBytes } = draft;
  const word = offset / wordBytes;
  const double = offset / doubleBytes;
  words[word + at.length] = draft.length;
  words[word + at.hash] = draft.hash;
  doubles[double + createdAt] = resource.createdAtMs;
  doubles[double + updatedAt] = resource.updatedAtMs;
  words[word + at.version] = resource.version;
  words[word + at.type] = draft.typeNumber;
  words[word + at.flags] = isAscii ? flag.isAscii : 0;
  words[word + at.parentLength] = resource.parentKey.length;
  words[word + at.lengths] = (resource.subscriptionKey.length << 16) | idBytes;
  words[word + at.documentLength] = draft.documentBytes;
  const encoding = isAscii ? "latin1" : "utf8";
  bytes.write(resource.id, offset + headBytes, encoding);
  bytes.write(text, offset + headBytes + idBytes, encoding);
}

const wordAt = ({ words }: Slab, offset: number, field: number): number => words[offset / wordBytes + field] ?? 0;

export const lengthAt = (slab: Slab, offset: number): number => wordAt(slab, offset, at.length);

export const hashAt = (slab: Slab, offset: number): number => wordAt(slab, offset, at.hash);

/** Whether a record was read since it was last asked. */
export function takeWasRead(slab: Slab, offset: number): boolean {
  const flags = wordAt(slab, offset, at.flags);
  slab.words[offset / wordBytes + at.flags] = flags & ~flag.wasRead;
  return (flags & flag.wasRead) !== 0;
}

/** The id in a record, as it is spelled. */
export const idAt = (slab: Slab, offset: number): string =>
  textAt(slab, offset, headBytes, wordAt(slab, offset, at.lengths) & longestId);

function textAt(slab: Slab, offset: number, from: number, length: number): string {
  const start = offset + from;
  const isAscii = (wordAt(slab, offset, at.flags) & flag.isAscii) !== 0;
  return slab.bytes.toString(isAscii ? "latin1" : "utf8", start, start + length);
}

/** The resource in a record, and how long its text is. */
export function readRecord(
  slab: Slab,
  offset: number,
  { key, typeKeys }: { key: string; typeKeys: readonly string[] },
): { readonly resource: StoredResource; readonly textLength: number } {
  const { words, doubles } = slab;
  const word = offset / wordBytes;
  words[word + at.flags] = wordAt(slab, offset, at.flags) | flag.wasRead;
  const lengths = wordAt(slab, offset, at.lengths);
  const text = textAt(slab, offset, headBytes + (lengths & longestId), wordAt(slab, offset, at.documentLength));
  const resource = {
    id: idAt(slab, offset),
    key,
    typeKey: typeKeys[wordAt(slab, offset, at.type)] ?? "",
    parentKey: key.slice(0, wordAt(slab, offset, at.parentLength)),
    subscriptionKey: key.slice(subscriptions.length, subscriptions.length + (lengths >>> 16)),
    version: wordAt(slab, offset, at.version),
    createdAtMs: doubles[offset / doubleBytes + createdAt] ?? 0,
    updatedAtMs: doubles[offset / doubleBytes + updatedAt] ?? 0,
    document: JSON.parse(text) as JsonObject,
  };
  return { resource, textLength: text.length };
}
