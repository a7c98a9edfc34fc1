import type { CompiledQuery, Kysely } from "kysely";
import type { Schema } from "./schema.ts";

/** A place in a query for a value of each execution. */
class Placeholder {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** SQL text, and how an execution's values are ordered in it. */
interface Statement {
  readonly sql: string;
  readonly bind: (values: Readonly<Record<string, unknown>>) => unknown[];
}

/**
 * A query that Kysely compiles once and that is then executed with new values only: compiling costs tens of microseconds,
 * more than SQLite takes to run it.
 */
export interface Prepared<Values, Row> {
  readonly statementFor: (kysely: Kysely<Schema>) => Statement;
  /** Carries the types; never set. */
  readonly types?: { values: Values; row: Row };
}

interface Compilable {
  compile(): CompiledQuery;
}

type RowOf<Query> = Query extends { compile(): CompiledQuery<infer Row> } ? Row : never;

/** Describes a query: `build` gets the query builder and one placeholder a named value. */
export function prepare<Values extends object>() {
  return <Query extends Compilable>(
    build: (db: Kysely<Schema>, values: Values) => Query,
  ): Prepared<Values, RowOf<Query>> => {
    const statements = new WeakMap<Kysely<Schema>, Statement>();
    return {
      statementFor(kysely) {
        let statement = statements.get(kysely);
        if (statement === undefined) {
          statement = toStatement(build(kysely, placeholders<Values>()).compile());
          statements.set(kysely, statement);
        }
        return statement;
      },
    };
  };
}

/** The named placeholders as an object, for `insertInto(…).values(…)`: a set of placeholders cannot be enumerated. */
export function pick<Values extends object, Name extends keyof Values>(
  values: Values,
  names: readonly Name[],
): Pick<Values, Name> {
  return Object.fromEntries(names.map((name) => [name, values[name]])) as Pick<Values, Name>;
}

function placeholders<Values extends object>(): Values {
  const known = new Map<string, Placeholder>();
  const values = new Proxy({} as Values, {
    get(_, name) {
      const key = String(name);
      const placeholder = known.get(key) ?? new Placeholder(key);
      known.set(key, placeholder);
      return placeholder;
    },
  });
  return values;
}

function toStatement(compiled: CompiledQuery): Statement {
  const layout = compiled.parameters;
  return {
    sql: compiled.sql,
    bind: (values) => layout.map((slot) => (slot instanceof Placeholder ? values[slot.name] : slot)),
  };
}
