import { createHash } from "node:crypto";
import type { Clock } from "../../kernel/clock.ts";
import { defaultUser } from "../redis/redis-admin.ts";

/** When a user's password expires, by its SHA-256 in hexadecimal: Infinity for an access key, undefined for what Redis refuses. */
export type ExpiryOf = (user: string, hash: string) => number | undefined;

interface WatchOptions {
  readonly clock: Clock;
  readonly expiryOf: ExpiryOf;
  /** Called when the token of the last login has expired. */
  readonly onExpired: () => void;
}

/** What precedes the arguments of AUTH, and of HELLO with AUTH in it. */
const authWords = ["\r\nAUTH\r\n", "\r\nauth\r\n"] as const;

/** What precedes AUTH when it has one argument, which is a password of the default user. */
const authOfDefault = /\*2\r\n\$4$/;

/** A request that is longer is not recognized as a login. */
const mostLoginBytes = 32 * 1_024;

/**
 * Watches how long the login of one connection is valid. Redis keeps a connection whose password it does not have any
 * more, but Azure closes a connection when its token expires. A login that is split within the word AUTH is not
 * recognized, and its connection stays open as long as its user exists.
 */
export class LoginWatch {
  readonly #options: WatchOptions;
  #unfinished: Buffer | undefined;
  #cancelExpiry = (): void => undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** Has to see everything that the client sends. */
  observe(chunk: Buffer): void {
    const bytes = this.#unfinished === undefined ? chunk : Buffer.concat([this.#unfinished, chunk]);
    this.#unfinished = undefined;
    for (const word of authWords) {
      for (let at = bytes.indexOf(word); at !== -1; at = bytes.indexOf(word, at + 1)) this.#readLogin(bytes, at, word);
    }
  }

  close(): void {
    this.#cancelExpiry();
  }

  #readLogin(bytes: Buffer, at: number, word: string): void {
    const isOfDefault = authOfDefault.test(bytes.toString("latin1", Math.max(0, at - "*2\r\n$4".length), at));
    const first = argumentAt(bytes, at + word.length);
    const second = isOfDefault || typeof first === "string" ? first : argumentAt(bytes, first.end);
    if (first === "unfinished" || second === "unfinished") {
      const begins = Math.max(0, at - "*2\r\n$4".length);
      if (bytes.length - begins <= mostLoginBytes) this.#unfinished ??= Buffer.from(bytes.subarray(begins));
    } else if (first !== "none" && second !== "none")
      this.#onLogin(isOfDefault ? defaultUser : first.text, second.text);
  }

  #onLogin(user: string, password: string): void {
    const { clock, expiryOf, onExpired } = this.#options;
    const expiresAtMs = expiryOf(user, createHash("sha256").update(password, "latin1").digest("hex"));
    // A failed login changes nothing: it must not cancel the end of a token.
    if (expiresAtMs === undefined) return;
    this.#cancelExpiry();
    this.#cancelExpiry = Number.isFinite(expiresAtMs) ? clock.wakeAt(expiresAtMs, onExpired) : (): void => undefined;
  }
}

interface Argument {
  readonly text: string;
  readonly end: number;
}

/** The argument that begins there; "unfinished" when more bytes are needed, "none" when no argument begins there. */
function argumentAt(bytes: Buffer, from: number): Argument | "unfinished" | "none" {
  const begins = bytes.toString("latin1", from, from + 8);
  const head = /^\$(\d{1,5})\r\n/.exec(begins);
  if (head === null) return begins.length < 8 && /^(?:\$\d*\r?)?$/.test(begins) ? "unfinished" : "none";
  const start = from + head[0].length;
  const end = start + Number(head[1]) + 2;
  return end > bytes.length ? "unfinished" : { text: bytes.toString("latin1", start, end - 2), end };
}
