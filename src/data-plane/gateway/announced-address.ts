import { randomBytes } from "node:crypto";
import { Transform } from "node:stream";
import type { TransformCallback } from "node:stream";

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
  `cu${randomBytes(addressLength).toString("hex")}`.slice(0, addressLength);

/** A stream that puts a path's address, and its port, in the place of what the server was told to announce. */
export class AnnouncedAddress extends Transform {
  readonly #as: AnnouncedAs;
  readonly #needle: Buffer;
  #held: Buffer | undefined;

  constructor(as: AnnouncedAs) {
    super();
    this.#as = as;
    this.#needle = Buffer.from(as.placeholder);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const bytes = this.#held === undefined ? chunk : Buffer.concat([this.#held, chunk]);
    this.#replaceAll(bytes);
    const heldLength = this.#startedAtEnd(bytes);
    this.#held = heldLength === 0 ? undefined : bytes.subarray(bytes.length - heldLength);
    done(null, heldLength === 0 ? bytes : bytes.subarray(0, bytes.length - heldLength));
  }

  override _flush(done: TransformCallback): void {
    done(null, this.#held);
  }

  #replaceAll(bytes: Buffer): void {
    for (let at = bytes.indexOf(this.#needle); at !== -1; at = bytes.indexOf(this.#needle, at)) {
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

  /** How many bytes at the end may be the beginning of a placeholder that goes on in the next chunk. */
  #startedAtEnd(bytes: Buffer): number {
    const longest = Math.min(this.#needle.length - 1, bytes.length);
    for (let length = longest; length > 0; length -= 1) {
      if (bytes.subarray(bytes.length - length).equals(this.#needle.subarray(0, length))) return length;
    }
    return 0;
  }
}
