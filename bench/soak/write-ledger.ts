/** A write that is on its way. */
export interface PendingWrite {
  readonly key: string;
  readonly value: string;
  /** To be called with the value that the key had before (`SET … GET`), which is the proof of the write before. */
  readonly acknowledge: (previous: string | null) => void;
}

interface Entry {
  sent: number;
  acknowledged: number;
}

/**
 * Remembers the writes of one client at a time, under keys of its own that are written again and again. Every key is to
 * hold the last acknowledged value, or one that was sent after it and never answered.
 */
export class WriteLedger {
  readonly #prefix: string;
  readonly #valueLength: number;
  readonly #violated: (sentence: string) => void;
  readonly #entries: readonly Entry[];
  #begun = 0;

  constructor(options: {
    prefix: string;
    keys: number;
    /** In bytes; a value is longer by its number. */
    valueLength: number;
    violated: (sentence: string) => void;
  }) {
    this.#prefix = options.prefix;
    this.#valueLength = options.valueLength;
    this.#violated = options.violated;
    this.#entries = Array.from({ length: options.keys }, () => ({ sent: 0, acknowledged: 0 }));
  }

  get keys(): readonly string[] {
    return this.#entries.map((_, index) => this.#keyAt(index));
  }

  /** The next write. The same key comes again only after all others. */
  begin(): PendingWrite {
    const index = this.#begun % this.#entries.length;
    this.#begun += 1;
    const entry = this.#entries[index];
    if (entry === undefined) throw new Error("A ledger needs at least one key.");
    const before = { ...entry };
    entry.sent += 1;
    const sequence = entry.sent;
    const acknowledge = (previous: string | null): void => {
      this.#check(this.#keyAt(index), previous, before);
      entry.acknowledged = sequence;
    };
    return { key: this.#keyAt(index), value: this.#valueOf(sequence), acknowledge };
  }

  /** Compares what all keys hold, in the order of `keys`, with what they have to. */
  verify(found: readonly (string | null)[]): void {
    for (const [index, entry] of this.#entries.entries()) {
      this.#check(this.#keyAt(index), found[index] ?? null, entry);
    }
  }

  #check(key: string, found: string | null, { sent, acknowledged }: Entry): void {
    const sequence = Number(found?.split(":", 1)[0] ?? 0);
    if (found !== null && found !== this.#valueOf(sequence)) {
      this.#violated(`${key} holds a value that nobody wrote: ${found.slice(0, 40)}…`);
    } else if (sequence < acknowledged) {
      this.#violated(
        `${key} has lost an acknowledged write: it holds ${sequence}, and ${acknowledged} was answered OK`,
      );
    } else if (sequence > sent) {
      this.#violated(`${key} holds ${sequence}, and the last that was sent is ${sent}`);
    }
  }

  #keyAt(index: number): string {
    return `${this.#prefix}:${index}`;
  }

  #valueOf(sequence: number): string {
    return `${sequence}:${String.fromCharCode(97 + (sequence % 26)).repeat(this.#valueLength)}`;
  }
}
