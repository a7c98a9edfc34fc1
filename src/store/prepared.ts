/**
 * One SQL statement with named parameters (`:name`), which each connection compiles once. `Values` has a value for each
 * of its parameters, `Row` is what it returns; nothing checks them against the text but the tests.
 */
export interface Prepared<Values, Row> {
  readonly sql: string;
  /** Carries the types; never set. */
  readonly types?: { values: Values; row: Row };
}

/** A statement in SQL that SQLite and PostgreSQL both understand. */
export function prepare<Values extends object, Row = never>(sql: string): Prepared<Values, Row> {
  return { sql };
}

/** The parameters named like these columns, for `insert into … values (…)`. */
export function parametersFor(columns: string): string {
  return columns.replaceAll(/\w+/g, ":$&");
}
