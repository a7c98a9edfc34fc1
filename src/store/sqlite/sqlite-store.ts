import { chmodSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import DatabaseConstructor from "better-sqlite3";
import type { Database, Statement } from "better-sqlite3";
import { insertActivities } from "../activities.ts";
import { PendingActivities } from "../activity-rows.ts";
import { memoryShares } from "../memory/memory-shares.ts";
import type { Prepared } from "../prepared.ts";
import { ResourceCache } from "../resource-cache.ts";
import type { CachedResources, ChangeListener, Queryable, Store, Transaction, WrittenResources } from "../store.ts";
import type { Closable } from "../../kernel/shutdown.ts";
import { fillMemory } from "../fill-memory.ts";
import { GroupCommit, type UnitTrace } from "./group-commit.ts";
import { migrate } from "./migrate.ts";

/**
 * Opens the embedded store at `file`, creating or migrating it. Writes go through one connection in groups; while a
 * group is open reads go through another, so that nobody sees what is not committed.
 * @throws when the file is no SQLite database or was written by a newer Cuprite.
 */
export async function openSqliteStore(options: { file: string; memoryMb?: number }): Promise<Store> {
  const { memoryMb = defaultMemoryMb } = options;
  const writer = openDatabase(options.file);
  try {
    migrate(writer);
    const reader = openDatabase(options.file);
    reader.pragma("query_only = true");
    return new SqliteStore({ writer, reader, cache: new ResourceCache(memoryShares(memoryMb)) });
  } catch (cause) {
    writer.close();
    throw cause;
  }
}

/** Enough for a million resources of 700 bytes. Only what is used is taken. */
const defaultMemoryMb = 1_024;

function openDatabase(file: string): Database {
  const database = new DatabaseConstructor(file);
  chmodSync(file, 0o600);
  database.pragma("journal_mode = WAL");
  // NORMAL syncs only around checkpoints (sqlite.org/pragma.html#pragma_synchronous); GroupCommit syncs commits.
  database.pragma("synchronous = NORMAL");
  database.pragma("busy_timeout = 5000");
  // A checkpoint stops the event loop for its two syncs, 3 to 6 ms on a disk: rarely enough to stay outside of the 99th
  // percentile of writes. The log takes 16 MB for it.
  database.pragma("wal_autocheckpoint = 4000");
  // What is overwritten or deleted may be a key or a signature: nothing of it stays in the file's free space.
  database.pragma("secure_delete = on");
  return database;
}

class SqliteStore implements Store {
  readonly cache: ResourceCache;
  readonly #writer: Database;
  readonly #reader: Database;
  readonly #throughReader: Queryable;
  readonly #throughWriter: Queryable;
  readonly #commits: GroupCommit;
  readonly #activities = new PendingActivities();
  readonly #listeners = new Set<ChangeListener>();

  constructor(options: { writer: Database; reader: Database; cache: ResourceCache }) {
    this.cache = options.cache;
    this.#writer = options.writer;
    this.#reader = options.reader;
    const runnerFor = runners(options.writer);
    this.#throughReader = queryableOver(runners(options.reader), this.cache);
    this.#throughWriter = queryableOver(runnerFor, this.cache);
    this.#commits = new GroupCommit({
      database: options.writer,
      transactionOver: (trace) =>
        transactionOver({ runnerFor, trace, cache: this.cache.written, activities: this.#activities }),
      beforeCommit: () => writeActivities(runnerFor, this.#activities),
      onEnd: (isCommitted) => this.#endTransaction(isCommitted),
    });
  }

  all<Values extends object, Row>(query: Prepared<Values, Row>, values: Values): Promise<Row[]> {
    return this.#committed().all(query, values);
  }

  first<Values extends object, Row>(query: Prepared<Values, Row>, values: Values): Promise<Row | undefined> {
    return this.#committed().first(query, values);
  }

  write<Result>(unit: (tx: Transaction) => Promise<Result>): Promise<Result> {
    return this.#commits.enqueue(unit);
  }

  async forgetOverwritten(): Promise<void> {
    // Between two groups of writes: the next cannot begin before the checkpoint has ended.
    while (this.#commits.isOpen) await setImmediate();
    this.#writer.pragma("wal_checkpoint(TRUNCATE)");
  }

  fillMemory(): Closable {
    return fillMemory(this);
  }

  onChange(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #endTransaction(isCommitted: boolean): void {
    const keys = isCommitted && this.#listeners.size > 0 ? this.cache.writtenKeys : [];
    this.cache.endTransaction({ isCommitted });
    this.#activities.take();
    if (keys.length === 0) return;
    for (const listener of this.#listeners) listener(keys);
  }

  /** The writer's connection has its pages in memory, but while a transaction is open it shows what is not committed. */
  #committed(): Queryable {
    return this.#commits.isOpen ? this.#throughReader : this.#throughWriter;
  }

  async close(): Promise<void> {
    await this.#commits.close();
    this.#reader.close();
    this.#writer.close();
  }
}

/** A query prepared on one connection. */
interface Runner {
  readonly writes: boolean;
  all(values: object): unknown[];
  first(values: object): unknown;
  /** For a statement that returns no rows. Returns how many it changed. */
  change(values: object): number;
}

type RunnerFor = (query: { readonly sql: string }) => Runner;

/** Prepares each query once on a connection. */
function runners(database: Database): RunnerFor {
  const known = new Map<{ readonly sql: string }, Runner>();
  return (query) => {
    let runner = known.get(query);
    if (runner === undefined) {
      runner = toRunner(database.prepare(query.sql));
      known.set(query, runner);
    }
    return runner;
  };
}

/** Values are bound by name: by place it is not faster (measured with nine values). */
const toRunner = (statement: Statement): Runner => ({
  writes: !statement.readonly,
  all: (values) => statement.all(values),
  first: (values) => statement.get(values),
  change: (values) => statement.run(values).changes,
});

/** Runs queries as they come. */
const queryableOver = (runnerFor: RunnerFor, cache: CachedResources): Queryable => ({
  cache,
  all: async <Values extends object, Row>(query: Prepared<Values, Row>, values: Values) =>
    runnerFor(query).all(values) as Row[],
  first: async <Values extends object, Row>(query: Prepared<Values, Row>, values: Values) =>
    runnerFor(query).first(values) as Row | undefined,
});

function writeActivities(runnerFor: RunnerFor, activities: PendingActivities): void {
  for (const row of activities.take()) runnerFor(insertActivities).change(row);
}

/** Runs queries for one unit of work, and records in `trace` when it begins to write. */
function transactionOver(options: {
  runnerFor: RunnerFor;
  trace: UnitTrace;
  cache: WrittenResources;
  activities: PendingActivities;
}): Transaction {
  const { runnerFor, trace, cache, activities } = options;
  const traced: RunnerFor = (query) => {
    const runner = runnerFor(query);
    if (runner.writes) trace.beginWriting();
    return runner;
  };
  return {
    ...queryableOver(traced, cache),
    cache,
    change: async (statement, values) => traced(statement).change(values),
    activities: {
      add(activity) {
        trace.beginWriting();
        activities.add(activity);
      },
      write: () => writeActivities(traced, activities),
    },
    onCommit: (after) => void trace.afterCommit.push(after),
  };
}
