import { closeSync, fdatasync, openSync } from "node:fs";
import { promisify } from "node:util";
import type { Database, Statement } from "better-sqlite3";
import type { Transaction } from "../store.ts";

interface Waiting {
  readonly unit: (tx: Transaction) => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (cause: unknown) => void;
}

interface Done {
  readonly waiting: Waiting;
  readonly value: unknown;
  readonly trace: UnitTrace;
}

/** What a unit has done to its transaction so far. */
export interface UnitTrace {
  hasWritten: boolean;
  readonly afterCommit: (() => void)[];
}

/**
 * Lets writes that arrive in one turn of the event loop share a transaction and its one sync to disk, during which the
 * next group already runs; a unit's promise resolves when its group is on the disk. Units of a group run one after the
 * other without savepoints, which would cost each of them a journal of its own. A unit that throws before it has written
 * (a refusal) affects no other; when one throws later, all are rolled back and each is run again by itself.
 */
export class GroupCommit {
  readonly #database: Database;
  readonly #transactionOver: (trace: UnitTrace) => Transaction;
  readonly #log: LogSync;
  readonly #onEnd: (isCommitted: boolean) => void;
  readonly #syncing = new Set<Promise<void>>();
  readonly #statements: Readonly<Record<"begin" | "commit" | "rollback", Statement>>;
  #waiting: Waiting[] = [];
  #draining: Promise<void> | undefined;
  #isOpen = false;

  constructor(options: {
    database: Database;
    transactionOver: (trace: UnitTrace) => Transaction;
    /** Called when a transaction was committed or rolled back. */
    onEnd: (isCommitted: boolean) => void;
  }) {
    const { database } = options;
    this.#database = database;
    this.#log = new LogSync(database.name);
    this.#onEnd = options.onEnd;
    this.#transactionOver = options.transactionOver;
    this.#statements = {
      begin: database.prepare("BEGIN IMMEDIATE"),
      commit: database.prepare("COMMIT"),
      rollback: database.prepare("ROLLBACK"),
    };
  }

  /** Whether a transaction is open, so that its connection shows what is not yet committed. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Queues a unit. Resolves when its commit is on the disk; rejects with what it threw. */
  enqueue<Result>(unit: (tx: Transaction) => Promise<Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.#waiting.push({ unit, resolve: (value) => resolve(value as Result), reject });
      this.#draining ??= this.#drain();
    });
  }

  /** Resolves when all queued units are committed and on the disk. */
  async close(): Promise<void> {
    while (this.#draining !== undefined) await this.#draining;
    await Promise.all(this.#syncing);
    this.#log.close();
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      const batch = this.#waiting;
      this.#waiting = [];
      await this.#commitTogether(batch);
    }
    this.#draining = undefined;
  }

  async #commitTogether(batch: readonly Waiting[]): Promise<void> {
    try {
      this.#settleOnDisk(await this.#commit(batch));
    } catch (cause) {
      const [only] = batch;
      if (batch.length === 1) only?.reject(cause);
      else for (const waiting of batch) await this.#commitTogether([waiting]);
    }
  }

  #settleOnDisk(done: readonly Done[]): void {
    const settled = this.#log
      .sync()
      .then(
        () => settle(done),
        (cause: unknown) => done.forEach(({ waiting }) => waiting.reject(cause)),
      )
      .finally(() => this.#syncing.delete(settled));
    this.#syncing.add(settled);
  }

  /** Runs units in one transaction; leaves nothing behind when any of them, or the commit, throws. */
  async #commit(batch: readonly Waiting[]): Promise<Done[]> {
    const done: Done[] = [];
    let isCommitted = false;
    this.#statements.begin.run();
    this.#isOpen = true;
    try {
      for (const waiting of batch) {
        const result = await this.#run(waiting);
        if (result !== undefined) done.push(result);
      }
      this.#statements.commit.run();
      isCommitted = true;
      return done;
    } catch (cause) {
      // A full disk ends a transaction by itself.
      if (this.#database.inTransaction) this.#statements.rollback.run();
      throw cause;
    } finally {
      this.#isOpen = false;
      this.#onEnd(isCommitted);
    }
  }

  async #run(waiting: Waiting): Promise<Done | undefined> {
    const trace: UnitTrace = { hasWritten: false, afterCommit: [] };
    try {
      return { waiting, value: await waiting.unit(this.#transactionOver(trace)), trace };
    } catch (cause) {
      if (trace.hasWritten) throw cause;
      waiting.reject(cause);
      return undefined;
    }
  }
}

function settle(done: readonly Done[]): void {
  for (const { waiting, value, trace } of done) {
    for (const after of trace.afterCommit) after();
    waiting.resolve(value);
  }
}

const fdatasyncOf = promisify(fdatasync);

/**
 * Brings a database's write-ahead log to the disk on another thread, while the event loop goes on. One sync serves all
 * calls before it began; calls during it wait for the next.
 */
class LogSync {
  readonly #file: string;
  #descriptor: number | undefined;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  /** The log exists from the first commit until the last connection closes. */
  constructor(databaseFile: string) {
    this.#file = `${databaseFile}-wal`;
  }

  /** Resolves when everything that was committed before the call is on the disk. */
  sync(): Promise<void> {
    if (this.#running === undefined) return this.#run();
    this.#next ??= this.#running.then(
      () => this.#run(),
      () => this.#run(),
    );
    return this.#next;
  }

  /** Closes the file; to be called when no sync is running. */
  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #run(): Promise<void> {
    this.#next = undefined;
    this.#descriptor ??= openSync(this.#file, "r");
    const running = fdatasyncOf(this.#descriptor).finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return running;
  }
}
