import type { Database } from "better-sqlite3";
import { migrations } from "../migrations.ts";
import { describeStoreFailure } from "../store.ts";

/**
 * Brings a database to the version of `steps`, or makes a fresh one of it, in one transaction: when it is interrupted the
 * database is as before. SQLite keeps the version in the file's header (sqlite.org/pragma.html#pragma_user_version).
 * @throws when the database was written by a newer Cuprite.
 */
export function migrate(database: Database, steps = migrations): void {
  if (versionOf(database) === steps.length) return;
  const bringUpToDate = database.transaction(() => {
    const version = hasTable(database, "kysely_migration") ? takeOver(database, steps) : versionOf(database);
    if (version > steps.length) throw newer(`its schema has version ${version}, this Cuprite knows ${steps.length}`);
    for (const step of steps.slice(version)) database.exec(step.sql);
    database.pragma(`user_version = ${steps.length}`);
  });
  try {
    bringUpToDate.immediate();
  } catch (cause) {
    // A full disk and a damaged file have sentences of their own.
    if (describeStoreFailure(cause) !== undefined) throw cause;
    throw new Error("The store could not be brought up to date.", { cause });
  }
}

const versionOf = (database: Database): number => Number(database.pragma("user_version", { simple: true }));

const hasTable = (database: Database, name: string): boolean =>
  database.prepare("select 1 from sqlite_master where type = 'table' and name = ?").get(name) !== undefined;

/** The version that Kysely's migrator brought a database to. It recorded the migrations by name in tables of its own. */
function takeOver(database: Database, steps: typeof migrations): number {
  const names = database.prepare("select name from kysely_migration order by name").pluck().all() as string[];
  const unknown = names.find((name, index) => name !== steps[index]?.name);
  if (unknown !== undefined) throw newer(`it has the migration '${unknown}'`);
  database.exec("drop table kysely_migration; drop table if exists kysely_migration_lock");
  return names.length;
}

const newer = (why: string): Error => new Error(`The database was written by a newer Cuprite: ${why}.`);
