import type { Log } from "./log.ts";

/** What every part that starts returns. */
export interface Closable {
  close(): Promise<void>;
}

/** Collects parts in the order in which they start and closes all of them in reverse, each within a time limit. */
export class ShutdownStack implements Closable {
  readonly #parts: { name: string; close: () => Promise<void> }[] = [];
  readonly #limitMs: number;
  readonly #log: Log;
  readonly #fieldsOf: (cause: unknown) => object;
  #closing: Promise<void> | undefined;

  /** `fieldsOf` makes the fields of the log line for a part that fails to close. */
  constructor(options: { limitMs: number; log: Log; fieldsOf: (cause: unknown) => object }) {
    this.#limitMs = options.limitMs;
    this.#log = options.log;
    this.#fieldsOf = options.fieldsOf;
  }

  /** Adds a part and returns it, so that starting and registering are one expression. */
  add<T extends Closable>(name: string, part: T): T {
    this.#parts.push({ name, close: () => part.close() });
    return part;
  }

  /** Closes everything once; later calls return the same promise. */
  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    for (const part of this.#parts.toReversed()) {
      try {
        await withinLimit(part.close(), this.#limitMs);
      } catch (cause) {
        this.#log.error({ part: part.name, ...this.#fieldsOf(cause) }, "A part did not close cleanly.");
      }
    }
  }
}

async function withinLimit(work: Promise<void>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not closed within ${limitMs} ms`)), limitMs);
  });
  try {
    await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** Settles like the promise; rejects with the signal's reason when that is aborted first. */
export function orAborted<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return promise;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener("abort", onAbort));
}
