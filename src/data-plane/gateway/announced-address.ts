import { randomBytes } from "node:crypto";

/** Where clients of one path are, and the port that the server names. */
export interface AnnouncedAs {
  /** What the server says instead of an address. */
  readonly placeholder: string;
  readonly address: string;
  readonly serverPort: number;
  readonly port: number;
}

/**
 * What a clustered server is told to be its own address: it cannot know by which path a client has come, so the gateway
 * puts the right one in its place. As long as an address, so that no length in a reply changes; random, so that it is in
 * nobody's data.
 */
export const newPlaceholder = (addressLength: number): string =>
  `${String.fromCharCode(firstByte)}${randomBytes(addressLength).toString("hex")}`.slice(0, addressLength);

/** What a placeholder begins with: DEL, which text does not have. */
const firstByte = 0x7f;

/** Puts a path's address, and its port, in the place of what the server was told to announce. */
export class AnnouncedAddress {
  readonly #as: AnnouncedAs;
  readonly #needle: Buffer;
  #held: Buffer | undefined;

  constructor(as: AnnouncedAs) {
    this.#as = as;
    this.#needle = Buffer.from(as.placeholder);
  }

  /** The next bytes, changed in place; what may be the beginning of a placeholder is held back for the next call. */
  rewrite(chunk: Buffer): Buffer {
    const bytes = this.#held === undefined ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = undefined;
    // Most data does not have the first byte at all, which is found out much faster than anything else.
    const first = bytes.indexOf(firstByte);
    if (first === -1) return bytes;
    this.#replaceAll(bytes, first);
    const end = this.#startAtEnd(bytes);
    if (end < bytes.length) this.#held = Buffer.from(bytes.subarray(end));
    return bytes.subarray(0, end);
  }

  /** What is still held back when nothing comes any more. */
  rest(): Buffer | undefined {
    return this.#held;
  }

  #replaceAll(bytes: Buffer, from: number): void {
    for (let at = bytes.indexOf(this.#needle, from); at !== -1; at = bytes.indexOf(this.#needle, at)) {
      bytes.write(this.#as.address, at, "latin1");
      at += this.#needle.length;
      this.#replacePort(bytes, at);
    }
  }

  /** The port stands next: as an integer of its own in CLUSTER SLOTS, after a colon in CLUSTER NODES and MOVED. */
  #replacePort(bytes: Buffer, at: number): void {
    const { serverPort, port } = this.#as;
    for (const separator of ["\r\n:", ":"]) {
      const named = `${separator}${serverPort}`;
      if (bytes.toString("latin1", at, at + named.length) === named) bytes.write(`${separator}${port}`, at, "latin1");
    }
  }

  /** Where a placeholder begins that may go on in the next chunk; the length where none does. */
  #startAtEnd(bytes: Buffer): number {
    const longest = this.#needle.length - 1;
    for (let at = Math.max(0, bytes.length - longest); ; at += 1) {
      at = bytes.indexOf(firstByte, at);
      if (at === -1) return bytes.length;
      if (bytes.compare(this.#needle, 0, bytes.length - at, at) === 0) return at;
    }
  }
}
