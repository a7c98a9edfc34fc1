import { randomBytes } from "node:crypto";
import type { ReplyRewriter } from "./join-sockets.ts";

/** Where clients of one path are, and what the server announces instead. */
interface AnnouncedAs {
  /** What the server announces as its address. */
  readonly placeholder: string;
  readonly address: string;
  readonly serverPort: number;
  readonly port: number;
}

/** Rewrites a clustered server's replies to one client: it has the path's address, and a single database. */
export function clusterReplies(as: AnnouncedAs): ReplyRewriter {
  const address = new AnnouncedAddress(as);
  const database = new OneDatabase();
  return {
    observe: (chunk) => database.observe(chunk),
    rewrite: (chunk) => database.rewrite(address.rewrite(chunk)),
    rest: () => Buffer.concat([database.rest(), address.rest()]),
  };
}

const nothing = Buffer.alloc(0);

/** The first byte of a placeholder: DEL, which text does not have. */
const firstByte = 0x7f;

/**
 * What a clustered server announces as its address: it cannot know by which path a client has come, so the
 * gateway replaces it. It is as long as an address, so that no length in a reply changes, and random, so that no data
 * has it.
 */
export const newPlaceholder = (addressLength: number): string =>
  `${String.fromCharCode(firstByte)}${randomBytes(addressLength).toString("hex")}`.slice(0, addressLength);

/** Replaces the placeholder, and the server's port after it, by a path's address and port. */
export class AnnouncedAddress {
  readonly #as: AnnouncedAs;
  readonly #needle: Buffer;
  #held: Buffer | undefined;

  constructor(as: AnnouncedAs) {
    this.#as = as;
    this.#needle = Buffer.from(as.placeholder);
  }

  /** The next bytes, changed in place. What may be the beginning of a placeholder is held back for the next call. */
  rewrite(chunk: Buffer): Buffer {
    const bytes = this.#held === undefined ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = undefined;
    // Most data does not have the first byte at all, and this search is much faster than any other.
    const first = bytes.indexOf(firstByte);
    if (first === -1) return bytes;
    this.#replaceAll(bytes, first);
    const end = this.#startAtEnd(bytes);
    if (end < bytes.length) this.#held = Buffer.from(bytes.subarray(end));
    return bytes.subarray(0, end);
  }

  /** What is still held back at the end of the replies. */
  rest(): Buffer {
    return this.#held ?? nothing;
  }

  #replaceAll(bytes: Buffer, from: number): void {
    for (let at = bytes.indexOf(this.#needle, from); at !== -1; at = bytes.indexOf(this.#needle, at)) {
      bytes.write(this.#as.address, at, "latin1");
      at += this.#needle.length;
      this.#replacePort(bytes, at);
    }
  }

  /** The port follows: as an integer of its own in CLUSTER SLOTS, after a colon in CLUSTER NODES and MOVED. */
  #replacePort(bytes: Buffer, at: number): void {
    const { serverPort, port } = this.#as;
    for (const separator of ["\r\n:", ":"]) {
      const named = `${separator}${serverPort}`;
      if (bytes.toString("latin1", at, at + named.length) === named) bytes.write(`${separator}${port}`, at, "latin1");
    }
  }

  /** Where a placeholder begins that may continue in the next chunk; the length when none does. */
  #startAtEnd(bytes: Buffer): number {
    const longest = this.#needle.length - 1;
    for (let at = Math.max(0, bytes.length - longest); ; at += 1) {
      at = bytes.indexOf(firstByte, at);
      if (at === -1) return bytes.length;
      if (bytes.compare(this.#needle, 0, bytes.length - at, at) === 0) return at;
    }
  }
}

const minus = 0x2d;
const lineFeed = 0x0a;

/** The commands that name a database, as clients send them: in capitals or in lower case. */
const commandWords = ["SELECT", "SWAPDB", "MOVE"].flatMap((name) => [name, name.toLowerCase()]);

/** How many bytes of a request are searched for the numbers of databases; a key that is longer hides them. */
const mostRequestBytes = 1_024;

/** How Redis answers these commands in cluster mode, whatever their arguments (db.c). */
const clusterAnswer = /-ERR (?:SELECT|SWAPDB|MOVE) is not allowed in cluster mode\r\n/y;
const clusterAnswerBegins = "-ERR ";
const longestAnswerBytes = "-ERR SELECT is not allowed in cluster mode\r\n".length;

/** How Redis answers without cluster mode, and Azure under every clustering policy (observed 2026-11). */
const outOfRangeAnswer = Buffer.from("-ERR DB index is out of range\r\n");

/**
 * Makes a clustered server refuse databases other than 0 as a server with a single database does. Replies are searched
 * only between a request that names another database and its answer, so that data can be mistaken for an answer only
 * by a client that has asked for both at once.
 */
export class OneDatabase {
  #expected = 0;
  #held: Buffer | undefined;
  #isAtLineStart = true;

  /** Has to see what a client sends. A request that is split in the middle of these commands is not recognized. */
  observe(chunk: Buffer): void {
    for (const word of commandWords) {
      const line = `\r\n${word}\r\n`;
      for (let at = chunk.indexOf(line); at !== -1; at = chunk.indexOf(line, at + 1)) {
        const from = at + line.length;
        const rest = chunk.toString("latin1", from, from + mostRequestBytes);
        if (namesOtherDatabase(word.toUpperCase(), rest)) this.#expected += 1;
      }
    }
  }

  /** The next bytes of the replies. What may be the beginning of an answer is held back for the next call. */
  rewrite(chunk: Buffer): Buffer {
    // What is held back begins a line, wherever the chunk before it ended.
    const atLineStart = this.#held !== undefined || this.#isAtLineStart;
    if (chunk.length > 0) this.#isAtLineStart = chunk.at(-1) === lineFeed;
    if (this.#expected === 0 && this.#held === undefined) return chunk;
    const bytes = this.#held === undefined ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = undefined;
    const pieces: Buffer[] = [];
    let from = 0;
    let at = atLineStart && bytes[0] === minus ? 0 : nextError(bytes, 0);
    for (; at !== -1 && this.#expected > 0; at = nextError(bytes, at + 1)) {
      const length = answerLength(bytes, at);
      if (length === undefined) {
        this.#held = Buffer.from(bytes.subarray(at));
        return Buffer.concat([...pieces, bytes.subarray(from, at)]);
      }
      if (length === 0) continue;
      pieces.push(bytes.subarray(from, at), outOfRangeAnswer);
      from = at + length;
      this.#expected -= 1;
    }
    return Buffer.concat([...pieces, bytes.subarray(from)]);
  }

  /** What is still held back at the end of the replies. */
  rest(): Buffer {
    return this.#held ?? nothing;
  }
}

/** Whether the arguments of a command name a database other than 0. */
function namesOtherDatabase(command: string, args: string): boolean {
  const keyBytes = command === "MOVE" ? Number(/^\$(\d+)\r\n/.exec(args)?.[1] ?? 0) : undefined;
  const rest = keyBytes === undefined ? args : args.slice(args.indexOf("\r\n") + keyBytes + 4);
  const count = command === "SWAPDB" ? 2 : 1;
  const numbers = [...rest.matchAll(/\$\d+\r\n(-?\d{1,10})\r\n/gy)].slice(0, count).map(([, number]) => Number(number));
  return numbers.length === count && numbers.some((number) => number !== 0);
}

/** Where the next error begins: a "-" after the end of a line; -1 when there is none. */
function nextError(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(minus, from); at !== -1; at = bytes.indexOf(minus, at + 1)) {
    if (bytes[at - 1] === lineFeed) return at;
  }
  return -1;
}

/** The length of the cluster mode's answer that begins there; 0 when none does, undefined when more bytes are needed. */
function answerLength(bytes: Buffer, at: number): number | undefined {
  const text = bytes.toString("latin1", at, at + longestAnswerBytes);
  clusterAnswer.lastIndex = 0;
  const found = clusterAnswer.exec(text);
  if (found !== null) return found[0].length;
  const isWhole = text.length === longestAnswerBytes || text.includes("\n");
  return isWhole || !text.startsWith(clusterAnswerBegins.slice(0, text.length)) ? 0 : undefined;
}
