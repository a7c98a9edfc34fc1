import type { Database } from "better-sqlite3";
import type { Transaction } from "../store.ts";

interface Waiting {
  readonly unit: (tx: Transaction) => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (cause: unknown) => void;
}

interface Done {
  readonly waiting: Waiting;
  readonly value: unknown;
  readonly afterCommit: readonly (() => void)[];
}

/**
 * Lets writes that arrive in one turn of the event loop share a transaction and its one fsync,
 * each in a savepoint of its own: a unit that throws takes back its own work and nobody else's.
 */
export class GroupCommit {
  readonly #database: Database;
  readonly #transactionOver: (afterCommit: (() => void)[]) => Transaction;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;

  constructor(options: { database: Database; transactionOver: (afterCommit: (() => void)[]) => Transaction }) {
    this.#database = options.database;
    this.#transactionOver = options.transactionOver;
  }

  /** Queues a unit; answers once its commit is on disk, or with what it threw. */
  enqueue<Result>(unit: (tx: Transaction) => Promise<Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.#waiting.push({ unit, resolve: (value) => resolve(value as Result), reject });
      this.#running ??= this.#drain();
    });
  }

  /** Answers when nothing is queued or under way. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      const batch = this.#waiting;
      this.#waiting = [];
      await this.#commit(batch);
    }
    this.#running = undefined;
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    let done: Done[] = [];
    try {
      this.#database.exec("BEGIN IMMEDIATE");
      done = await this.#runAll(batch);
      this.#database.exec("COMMIT");
    } catch (cause) {
      if (this.#database.inTransaction) this.#database.exec("ROLLBACK");
      for (const waiting of batch) waiting.reject(cause);
      return;
    }
    for (const { waiting, value, afterCommit } of done) {
      for (const after of afterCommit) after();
      waiting.resolve(value);
    }
  }

  /** A failing unit is told so at once; a failure that ended the whole transaction (disk full) is thrown. */
  async #runAll(batch: readonly Waiting[]): Promise<Done[]> {
    const done: Done[] = [];
    for (const waiting of batch) {
      const afterCommit: (() => void)[] = [];
      this.#database.exec("SAVEPOINT unit");
      try {
        const value = await waiting.unit(this.#transactionOver(afterCommit));
        done.push({ waiting, value, afterCommit });
      } catch (cause) {
        if (!this.#database.inTransaction) throw cause;
        this.#database.exec("ROLLBACK TO unit");
        waiting.reject(cause);
      }
      this.#database.exec("RELEASE unit");
    }
    return done;
  }
}
