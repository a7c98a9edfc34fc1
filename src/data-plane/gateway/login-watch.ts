import { createHash } from "node:crypto";
import type { Clock } from "../../kernel/clock.ts";

interface WatchOptions {
  readonly clock: Clock;
  /** When what a user logs in with expires, by its SHA-256 in hexadecimal: Infinity for an access key, undefined for what Redis refuses. */
  readonly expiryOf: (user: string, hash: string) => number | undefined;
  /** Called when the token that was last logged in with has expired. */
  readonly onExpired: () => void;
}

/** What stands before the arguments of AUTH, and of HELLO with AUTH in it. */
const authWords = ["\r\nAUTH\r\n", "\r\nauth\r\n"] as const;

/** The command AUTH itself with one argument, which is a password of the default user. */
const authOfDefault = /\*2\r\n\$4$/;

export const defaultUser = "default";

/** A request to log in that is longer than this is not taken for one. */
const mostLoginBytes = 32 * 1_024;

/**
 * Knows how long the login of one connection holds: Redis lets a user stay who has logged in with a password that it does
 * not have any more, where Azure cuts a connection when its own token ends. Only requests to log in are looked at; one
 * that is cut into pieces within the word AUTH is not recognized, and the connection stays as long as its user.
 */
export class LoginWatch {
  readonly #options: WatchOptions;
  #unfinished: Buffer | undefined;
  #forget = (): void => undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** To be shown everything that the client sends. */
  hear(chunk: Buffer): void {
    const bytes = this.#unfinished === undefined ? chunk : Buffer.concat([this.#unfinished, chunk]);
    this.#unfinished = undefined;
    for (const word of authWords) {
      for (let at = bytes.indexOf(word); at !== -1; at = bytes.indexOf(word, at + 1)) this.#look(bytes, at, word);
    }
  }

  close(): void {
    this.#forget();
  }

  #look(bytes: Buffer, at: number, word: string): void {
    const isOfDefault = authOfDefault.test(bytes.toString("latin1", Math.max(0, at - "*2\r\n$4".length), at));
    const first = argumentAt(bytes, at + word.length);
    const second = isOfDefault || typeof first === "string" ? first : argumentAt(bytes, first.end);
    if (first === "unfinished" || second === "unfinished") {
      const begins = Math.max(0, at - "*2\r\n$4".length);
      if (bytes.length - begins <= mostLoginBytes) this.#unfinished ??= Buffer.from(bytes.subarray(begins));
    } else if (first !== "none" && second !== "none") this.#note(isOfDefault ? defaultUser : first.text, second.text);
  }

  #note(user: string, password: string): void {
    const { clock, expiryOf, onExpired } = this.#options;
    const expiresAtMs = expiryOf(user, createHash("sha256").update(password, "latin1").digest("hex"));
    // The connection is still whose it was: a wrong password must not undo the end of a token.
    if (expiresAtMs === undefined) return;
    this.#forget();
    this.#forget = Number.isFinite(expiresAtMs) ? clock.wakeAt(expiresAtMs, onExpired) : (): void => undefined;
  }
}

interface Argument {
  readonly text: string;
  readonly end: number;
}

/** An argument and where it ends, when one begins there and all of it is there. */
function argumentAt(bytes: Buffer, from: number): Argument | "unfinished" | "none" {
  const begins = bytes.toString("latin1", from, from + 8);
  const head = /^\$(\d{1,5})\r\n/.exec(begins);
  if (head === null) return begins.length < 8 && /^(?:\$\d*\r?)?$/.test(begins) ? "unfinished" : "none";
  const start = from + head[0].length;
  const end = start + Number(head[1]) + 2;
  return end > bytes.length ? "unfinished" : { text: bytes.toString("latin1", start, end - 2), end };
}
