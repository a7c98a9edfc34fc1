import { chmodSync } from "node:fs";
import DatabaseConstructor from "better-sqlite3";
import type { Database } from "better-sqlite3";
import { Kysely, SqliteDialect } from "kysely";
import { Migrator } from "kysely/migration";
import { migrations } from "../migrations.ts";
import type { Prepared } from "../prepared.ts";
import type { Schema } from "../schema.ts";
import type { Queryable, Store, Transaction } from "../store.ts";
import { GroupCommit } from "./group-commit.ts";

/**
 * Opens the embedded store at `file`, creating or migrating it. Writes go through one connection in groups, reads
 * through another, so that a reader never sees a transaction that is under way.
 * @throws when the file is no SQLite database or was written by a newer Cuprite.
 */
export async function openSqliteStore(options: { file: string }): Promise<Store> {
  const writer = openDatabase(options.file);
  try {
    const kysely = new Kysely<Schema>({ dialect: new SqliteDialect({ database: writer }) });
    await migrate(kysely);
    const reader = openDatabase(options.file);
    reader.pragma("query_only = true");
    return new SqliteStore({ writer, reader, kysely });
  } catch (cause) {
    writer.close();
    throw cause;
  }
}

function openDatabase(file: string): Database {
  const database = new DatabaseConstructor(file);
  chmodSync(file, 0o600);
  database.pragma("journal_mode = WAL");
  // FULL syncs the log at every commit: what was answered survives a power cut (sqlite.org/pragma.html#pragma_synchronous).
  database.pragma("synchronous = FULL");
  database.pragma("busy_timeout = 5000");
  return database;
}

async function migrate(kysely: Kysely<Schema>): Promise<void> {
  const all = migrations({ key: "text", sequence: "integer", integer: "integer" });
  const migrator = new Migrator({ db: kysely, provider: { getMigrations: () => Promise.resolve(all) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

class SqliteStore implements Store {
  readonly dialect = "sqlite";
  readonly #writer: Database;
  readonly #reader: Database;
  readonly #committed: Queryable;
  readonly #commits: GroupCommit;

  constructor(options: { writer: Database; reader: Database; kysely: Kysely<Schema> }) {
    this.#writer = options.writer;
    this.#reader = options.reader;
    this.#committed = queryableOver(options.reader, options.kysely);
    const inTransaction = queryableOver(options.writer, options.kysely);
    this.#commits = new GroupCommit({
      database: options.writer,
      transactionOver: (afterCommit) => ({ ...inTransaction, onCommit: (after) => afterCommit.push(after) }),
    });
  }

  all<Values extends object, Row>(query: Prepared<Values, Row>, values: Values): Promise<Row[]> {
    return this.#committed.all(query, values);
  }

  first<Values extends object, Row>(query: Prepared<Values, Row>, values: Values): Promise<Row | undefined> {
    return this.#committed.first(query, values);
  }

  write<Result>(unit: (tx: Transaction) => Promise<Result>): Promise<Result> {
    return this.#commits.enqueue(unit);
  }

  async close(): Promise<void> {
    await this.#commits.idle();
    this.#reader.close();
    this.#writer.close();
  }
}

interface Runner {
  rows(values: object): unknown[];
}

function queryableOver(database: Database, kysely: Kysely<Schema>): Queryable {
  const runners = new Map<Prepared<never, unknown>, Runner>();
  const runnerFor = (query: Prepared<never, unknown>): Runner => {
    const known = runners.get(query);
    if (known !== undefined) return known;
    const { sql, bind } = query.statementFor(kysely);
    const statement = database.prepare<unknown[]>(sql);
    const runner: Runner = {
      rows(values) {
        const bound = bind(values as Record<string, unknown>);
        if (statement.reader) return statement.all(...bound);
        statement.run(...bound);
        return [];
      },
    };
    runners.set(query, runner);
    return runner;
  };
  return {
    all: async <Values extends object, Row>(query: Prepared<Values, Row>, values: Values) =>
      runnerFor(query as Prepared<never, unknown>).rows(values) as Row[],
    first: async <Values extends object, Row>(query: Prepared<Values, Row>, values: Values) =>
      runnerFor(query as Prepared<never, unknown>).rows(values)[0] as Row | undefined,
  };
}
