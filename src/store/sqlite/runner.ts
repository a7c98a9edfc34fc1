import type { Database, Statement } from "better-sqlite3";
import type { Kysely } from "kysely";
import type { Prepared } from "../prepared.ts";
import type { CachedResources, WrittenResources } from "../resource-cache.ts";
import type { Schema } from "../schema.ts";
import type { Queryable, Transaction } from "../store.ts";
import type { UnitTrace } from "./group-commit.ts";

/** A query prepared on one connection. */
interface Runner {
  readonly writes: boolean;
  all(values: object): unknown[];
  first(values: object): unknown;
}

type RunnerFor = (query: Prepared<never, unknown>) => Runner;

/** Prepares each query once on a connection. */
export function runners(database: Database, kysely: Kysely<Schema>): RunnerFor {
  const known = new Map<Prepared<never, unknown>, Runner>();
  return (query) => {
    let runner = known.get(query);
    if (runner === undefined) {
      const { sql, bind } = query.statementFor(kysely);
      runner = toRunner(database.prepare(sql), bind);
      known.set(query, runner);
    }
    return runner;
  };
}

function toRunner(statement: Statement, bind: (values: Readonly<Record<string, unknown>>) => unknown[]): Runner {
  const run = (values: object): undefined => void statement.run(bind(values as Record<string, unknown>));
  if (!statement.reader) return { writes: true, all: (values) => run(values) ?? [], first: run };
  return {
    writes: !statement.readonly,
    all: (values) => statement.all(bind(values as Record<string, unknown>)),
    first: (values) => statement.get(bind(values as Record<string, unknown>)),
  };
}

/** Runs queries as they come. */
export const queryableOver = (runnerFor: RunnerFor, cache: CachedResources): Queryable => ({
  cache,
  all: async <Values extends object, Row>(query: Prepared<Values, Row>, values: Values) =>
    runnerFor(query as Prepared<never, unknown>).all(values) as Row[],
  first: async <Values extends object, Row>(query: Prepared<Values, Row>, values: Values) =>
    runnerFor(query as Prepared<never, unknown>).first(values) as Row | undefined,
});

/** Runs queries for one unit of work, and notes when it begins to write. */
export function transactionOver(runnerFor: RunnerFor, cache: WrittenResources, trace: UnitTrace): Transaction {
  const noted: RunnerFor = (query) => {
    const runner = runnerFor(query);
    if (runner.writes) trace.hasWritten = true;
    return runner;
  };
  return { ...queryableOver(noted, cache), cache, onCommit: (after) => void trace.afterCommit.push(after) };
}
