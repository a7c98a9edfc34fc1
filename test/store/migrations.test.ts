import Database from "better-sqlite3";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { findActivities } from "../../src/store/activities.ts";
import type { StoredActivity } from "../../src/store/activity-rows.ts";
import { migrations } from "../../src/store/migrations.ts";
import { findSecretHash } from "../../src/store/principals.ts";
import { findResource } from "../../src/store/resources.ts";
import { migrate } from "../../src/store/sqlite/migrate.ts";
import { openSqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import { createKyselyDatabase, kyselyMigrations } from "../support/kysely-database.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cuprite-migrations-"));
  file = join(folder, "cuprite.db");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(path: string): Database.Database {
  const database = new Database(path);
  onTestFinished(() => void database.close());
  return database;
}

/** Tables and indexes with their columns, without how the text that made them was written. */
function schemaOf(database: Database.Database): unknown {
  const objects = database
    .prepare<[], { type: string; name: string }>(
      "select type, name from sqlite_master where name not like 'sqlite_%' order by name",
    )
    .all();
  const columns = {
    table: database.prepare(`select name, type, "notnull", dflt_value, pk from pragma_table_info(?) order by cid`),
    index: database.prepare("select name from pragma_index_info(?) order by seqno"),
  };
  return objects.map(({ type, name }) => ({ name, columns: columns[type as "table" | "index"].all(name) }));
}

const versionOf = (database: Database.Database) => database.pragma("user_version", { simple: true });

function freshSchema(): unknown {
  const database = open(":memory:");
  migrate(database);
  return schemaOf(database);
}

const everything = {
  subscriptionKey: "s",
  fromMs: 0,
  untilMs: 9,
  correlationId: "",
  resourceKey: "",
  groupKey: "",
  provider: "",
  outcome: "",
  caller: "",
};

const oldest: StoredActivity = {
  seq: 1,
  subscriptionKey: "s",
  resourceId: "/S/One",
  action: "T/write",
  caller: "c",
  callerName: "",
  correlationId: "k",
  atMs: 5,
  outcome: "Succeeded",
  request: {},
  detail: { status: 201, text: '"ö\n' },
};

const failed: StoredActivity = {
  ...oldest,
  seq: 7,
  resourceId: "/S/Two",
  callerName: "Olivia",
  correlationId: "l",
  atMs: 6,
  outcome: "Failed",
  request: { method: "PUT" },
  detail: {},
};

/** The activity log of a database that was made at a version: failures were not recorded before the second. */
const activitiesAt = (version: number): StoredActivity[] => (version < 2 ? [oldest] : [failed, oldest]);

describe("a database that Kysely's migrator made", () => {
  test.each(kyselyMigrations.map(([name], index) => [index + 1, name] as const))(
    "a database of version %i (%s) gets the schema of a fresh one, keeps its rows and loses the migrator's tables",
    async (version) => {
      createKyselyDatabase(file, version);
      const store = await openSqliteStore({ file });
      onTestFinished(() => store.close());

      expect(schemaOf(open(file))).toEqual(freshSchema());
      expect(versionOf(open(file))).toBe(migrations.length);
      expect(await findResource(store, "/s/one")).toMatchObject({ id: "/S/One", version: 3, document: { n: 1 } });
      const page = { after: { atMs: 9, seq: 0 }, limit: 9 };
      expect(await findActivities(store, everything, page)).toEqual(activitiesAt(version));
      expect(await findSecretHash(store, "o")).toBe(version < 3 ? undefined : "h");
    },
  );

  test("a database with a migration that this Cuprite does not know is refused and left as it is", async () => {
    createKyselyDatabase(file, 9);
    open(file).exec("insert into kysely_migration values ('0010_later', 'x')");
    const before = schemaOf(open(file));
    await expect(openSqliteStore({ file })).rejects.toMatchObject({
      message: "The store could not be brought up to date.",
      cause: { message: "The database was written by a newer Cuprite: it has the migration '0010_later'." },
    });
    expect(schemaOf(open(file))).toEqual(before);
  });
});

describe("a database with a version in its header", () => {
  test("a database of a newer version is refused and left as it is", async () => {
    await (await openSqliteStore({ file })).close();
    const newer = migrations.length + 1;
    open(file).pragma(`user_version = ${newer}`);
    await expect(openSqliteStore({ file })).rejects.toMatchObject({
      message: "The store could not be brought up to date.",
      cause: {
        message: `The database was written by a newer Cuprite: its schema has version ${newer}, this Cuprite knows ${migrations.length}.`,
      },
    });
    expect(versionOf(open(file))).toBe(newer);
  });

  test("a database of each version is brought up to date", () => {
    for (let version = 0; version <= migrations.length; version += 1) {
      const database = open(":memory:");
      migrate(database, migrations.slice(0, version));
      expect(versionOf(database)).toBe(version);
      migrate(database);
      expect(schemaOf(database)).toEqual(freshSchema());
    }
  });

  test("a database that is up to date is not written", async () => {
    await (await openSqliteStore({ file })).close();
    const database = open(file);
    const before = database.pragma("data_version", { simple: true });
    await (await openSqliteStore({ file })).close();
    expect(database.pragma("data_version", { simple: true })).toBe(before);
  });
});

describe.each([
  ["fresh", () => new Database(file).close()],
  ["of Kysely's version 7", () => createKyselyDatabase(file, 7)],
])("an interrupted migration of a database %s", (_, create) => {
  test("a migration that fails half-way leaves the database as it was", () => {
    create();
    const database = open(file);
    const before = schemaOf(database);
    const failing = [
      ...migrations,
      { name: "failing", sql: "create table half (n integer); insert into missing values (1)" },
    ];
    expect(() => migrate(database, failing)).toThrow("The store could not be brought up to date.");
    expect(schemaOf(database)).toEqual(before);
    expect(versionOf(database)).toBe(0);
  });

  test("a process that ends half-way leaves a database that the next start brings up to date", () => {
    create();
    const database = open(file);
    database.pragma("journal_mode = WAL");
    // With hardly any memory for pages, SQLite writes to the log before the commit.
    database.pragma("cache_size = 1");
    const before = schemaOf(database);
    const copy = join(folder, "copy.db");
    database.function("copy_files", () => {
      for (const end of ["", "-wal"]) copyFileSync(`${file}${end}`, `${copy}${end}`);
      return 0;
    });
    migrate(database, [...migrations, { name: "copying", sql: "select copy_files()" }]);

    const left = open(copy);
    expect(schemaOf(left)).toEqual(before);
    migrate(left);
    expect(schemaOf(left)).toEqual(freshSchema());
  });
});
