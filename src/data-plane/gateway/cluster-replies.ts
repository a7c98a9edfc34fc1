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

/** How requests name the commands that reach for another database: as clients send them, all capitals or none. */
const commandWords = ["SELECT", "SWAPDB", "MOVE"].flatMap((name) => [name, name.toLowerCase()]);

/** So many bytes of a request say which databases it is about; a longer key hides them. */
const mostRequestBytes = 1_024;

/** What Redis answers them in cluster mode, whatever they ask for (db.c). */
const clusterAnswer = /-ERR (?:SELECT|SWAPDB|MOVE) is not allowed in cluster mode\r\n/y;
const clusterAnswerBegins = "-ERR ";
const longestAnswerBytes = "-ERR SELECT is not allowed in cluster mode\r\n".length;

/** What it answers without cluster mode, and Azure under every clustering policy (observed 2026-11). */
const answerOfOne = Buffer.from("-ERR DB index is out of range\r\n");

/**
 * Has a clustered server answer for other databases than 0 as one does that has a single database. Replies are looked at
 * only between a request that reaches for another one and its answer, so that no data is ever taken for an answer except
 * by a client that has asked for both at once.
 */
export class OneDatabase {
  #expected = 0;
  #held: Buffer | undefined;

  /** To be shown what a client sends. What is cut into pieces in the middle of such a request is not recognized. */
  hear(chunk: Buffer): void {
    for (const word of commandWords) {
      const line = `\r\n${word}\r\n`;
      for (let at = chunk.indexOf(line); at !== -1; at = chunk.indexOf(line, at + 1)) {
        const from = at + line.length;
        const rest = chunk.toString("latin1", from, from + mostRequestBytes);
        if (reachesElsewhere(word.toUpperCase(), rest)) this.#expected += 1;
      }
    }
  }

  /** The next bytes of the server's replies; what may be the beginning of an answer is held back for the next call. */
  rewrite(chunk: Buffer): Buffer {
    if (this.#expected === 0 && this.#held === undefined) return chunk;
    const bytes = this.#held === undefined ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = undefined;
    const pieces: Buffer[] = [];
    let from = 0;
    for (let at = nextAnswer(bytes, 0); at !== -1 && this.#expected > 0; at = nextAnswer(bytes, at + 1)) {
      const length = answerLength(bytes, at);
      if (length === undefined) {
        this.#held = Buffer.from(bytes.subarray(at));
        return Buffer.concat([...pieces, bytes.subarray(from, at)]);
      }
      if (length === 0) continue;
      pieces.push(bytes.subarray(from, at), answerOfOne);
      from = at + length;
      this.#expected -= 1;
    }
    return Buffer.concat([...pieces, bytes.subarray(from)]);
  }

  /** What is still held back when nothing comes any more. */
  rest(): Buffer | undefined {
    return this.#held;
  }
}

/** Whether the arguments of a command name another database than the first. */
function reachesElsewhere(command: string, args: string): boolean {
  const keyBytes = command === "MOVE" ? Number(/^\$(\d+)\r\n/.exec(args)?.[1] ?? 0) : undefined;
  const rest = keyBytes === undefined ? args : args.slice(args.indexOf("\r\n") + keyBytes + 4);
  const count = command === "SWAPDB" ? 2 : 1;
  const numbers = [...rest.matchAll(/\$\d+\r\n(-?\d{1,10})\r\n/gy)].slice(0, count).map(([, number]) => Number(number));
  return numbers.length === count && numbers.some((number) => number !== 0);
}

/** Where an error begins that may be such an answer: at the beginning of a line. */
function nextAnswer(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf("-", from); at !== -1; at = bytes.indexOf("-", at + 1)) {
    if (at === 0 || bytes[at - 1] === 0x0a) return at;
  }
  return -1;
}

/** The length of the answer that begins there; 0 when none does, undefined when that cannot be told yet. */
function answerLength(bytes: Buffer, at: number): number | undefined {
  const text = bytes.toString("latin1", at, at + longestAnswerBytes);
  clusterAnswer.lastIndex = 0;
  const found = clusterAnswer.exec(text);
  if (found !== null) return found[0].length;
  const isWhole = text.length === longestAnswerBytes || text.includes("\n");
  return isWhole || !text.startsWith(clusterAnswerBegins.slice(0, text.length)) ? 0 : undefined;
}
