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
  readonly #describe: (cause: unknown) => string | undefined;
  #closing: Promise<void> | undefined;

  /** A failure for which `describe` returns a sentence is logged with that sentence and no stack. */
  constructor(options: { limitMs: number; log: Log; describe?: (cause: unknown) => string | undefined }) {
    this.#limitMs = options.limitMs;
    this.#log = options.log;
    this.#describe = options.describe ?? (() => undefined);
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
        const why = this.#describe(cause);
        const problem = why === undefined ? { err: cause } : { why };
        this.#log.error({ part: part.name, ...problem }, "A part did not close cleanly.");
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
