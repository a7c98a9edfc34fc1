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

/** A unit that threw before it wrote. What it read may be rolled back yet: then it runs again. */
interface Refused {
  readonly waiting: Waiting;
  readonly cause: unknown;
}

/** What a unit has done to its transaction so far. */
export class UnitTrace {
  readonly afterCommit: (() => void)[] = [];
  readonly #begin: () => void;
  #hasWritten = false;

  constructor(begin: () => void) {
    this.#begin = begin;
  }

  get hasWritten(): boolean {
    return this.#hasWritten;
  }

  /** To be called before each write. */
  beginWriting(): void {
    if (this.#hasWritten) return;
    this.#begin();
    this.#hasWritten = true;
  }
}

/**
 * Lets writes that arrive in one turn of the event loop share a transaction and its one sync to disk, during which the
 * next group already runs; a unit's promise resolves when its group is on the disk. Units of a group run one after the
 * other without savepoints, which would cost each of them a journal of its own. A unit that throws before it has written
 * (a refusal) affects no other; when one throws later, all are rolled back and each is run again by itself. The
 * transaction begins with the first write: units that only read need none, because nobody else writes to the database.
 */
export class GroupCommit {
  readonly #database: Database;
  readonly #transactionOver: (trace: UnitTrace) => Transaction;
  readonly #log: LogSync;
  readonly #beforeCommit: () => void;
  readonly #onEnd: (isCommitted: boolean) => void;
  readonly #syncing = new Set<Promise<void>>();
  readonly #statements: Readonly<Record<"begin" | "commit" | "rollback", Statement>>;
  #waiting: Waiting[] = [];
  #draining: Promise<void> | undefined;
  #isOpen = false;

  constructor(options: {
    database: Database;
    transactionOver: (trace: UnitTrace) => Transaction;
    /** Writes what a transaction has left to its end. */
    beforeCommit: () => void;
    /** Called when a transaction was committed or rolled back. */
    onEnd: (isCommitted: boolean) => void;
  }) {
    const { database } = options;
    this.#database = database;
    this.#log = new LogSync(database.name);
    this.#beforeCommit = options.beforeCommit;
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
      const { done, hasWritten } = await this.#commit(batch);
      if (done.length > 0) this.#settleOnDisk(done, hasWritten ? this.#log.sync() : this.#log.synced());
    } catch (cause) {
      const [only] = batch;
      if (batch.length === 1) only?.reject(cause);
      else for (const waiting of batch) await this.#commitTogether([waiting]);
    }
  }

  #settleOnDisk(done: readonly Done[], onDisk: Promise<void>): void {
    const settled = onDisk
      .then(
        () => settle(done),
        (cause: unknown) => done.forEach(({ waiting }) => waiting.reject(cause)),
      )
      .finally(() => this.#syncing.delete(settled));
    this.#syncing.add(settled);
  }

  /** Runs units in one transaction, if they write; leaves nothing behind when any of them, or the commit, throws. */
  async #commit(batch: readonly Waiting[]): Promise<{ done: Done[]; hasWritten: boolean }> {
    const done: Done[] = [];
    const refused: Refused[] = [];
    let isCommitted = false;
    try {
      for (const waiting of batch) {
        const result = await this.#run(waiting);
        if ("trace" in result) done.push(result);
        else refused.push(result);
      }
      const hasWritten = this.#isOpen;
      if (hasWritten) {
        this.#beforeCommit();
        this.#statements.commit.run();
      }
      isCommitted = true;
      for (const { waiting, cause } of refused) waiting.reject(cause);
      return { done, hasWritten };
    } catch (cause) {
      // A full disk ends a transaction by itself.
      if (this.#database.inTransaction) this.#statements.rollback.run();
      throw cause;
    } finally {
      if (this.#isOpen) {
        this.#isOpen = false;
        this.#onEnd(isCommitted);
      }
    }
  }

  #begin(): void {
    if (this.#isOpen) return;
    this.#statements.begin.run();
    this.#isOpen = true;
  }

  async #run(waiting: Waiting): Promise<Done | Refused> {
    const trace = new UnitTrace(() => this.#begin());
    try {
      return { waiting, value: await waiting.unit(this.#transactionOver(trace)), trace };
    } catch (cause) {
      if (trace.hasWritten) throw cause;
      return { waiting, cause };
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

  /** Resolves when the syncs of all commits so far have ended: what a unit has read is on the disk then. */
  synced(): Promise<void> {
    return this.#next ?? this.#running ?? Promise.resolve();
  }

  /** Closes the file; to be called when no sync is running. */
  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #run(): Promise<void> {
    this.#next = undefined;
    const running = this.#syncFile().finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return running;
  }

  /** Rejects also when the file cannot be opened: what was committed must not run again. */
  async #syncFile(): Promise<void> {
    this.#descriptor ??= openSync(this.#file, "r");
    await fdatasyncOf(this.#descriptor);
  }
}
