import Database from "better-sqlite3";

/** What Kysely 0.29 ran for each of Cuprite's first nine versions of the schema, by the names that it recorded. */
export const kyselyMigrations: readonly (readonly [name: string, sql: string])[] = [
  [
    "0001_first_tables",
    `create table "resources" ("id_key" text primary key, "id" text not null, "type_key" text not null, "parent_key" text not null, "subscription_key" text not null, "version" integer not null, "created_at_ms" integer not null, "updated_at_ms" integer not null, "document" text not null);
    create index "resources_by_parent" on "resources" ("parent_key", "type_key", "id_key");
    create index "resources_by_subscription" on "resources" ("subscription_key", "type_key", "id_key");
    create table "operations" ("id" text primary key, "kind" text not null, "subscription_key" text not null, "resource_id" text not null, "resource_key" text not null, "location" text not null, "status" text not null, "input" text not null, "error" text, "created_at_ms" integer not null, "updated_at_ms" integer not null, "finish_at_ms" integer not null, "due_at_ms" integer, "lease_owner" text, "lease_until_ms" integer not null, "attempts" integer not null);
    create index "operations_due" on "operations" ("due_at_ms");
    create index "operations_by_resource" on "operations" ("resource_key");
    create table "activities" ("seq" integer primary key, "subscription_key" text not null, "resource_key" text not null, "resource_id" text not null, "action" text not null, "caller" text not null, "correlation_id" text not null, "at_ms" integer not null, "detail" text not null);
    create table "changes" ("seq" integer primary key, "resource_key" text not null, "type_key" text not null, "kind" text not null, "at_ms" integer not null);
    create table "principals" ("object_id" text primary key, "tenant_id" text not null, "kind" text not null, "name" text not null, "display_name" text not null, "app_id" text not null, "access" text not null, "created_at_ms" integer not null);
    create table "grants" ("secret_hash" text primary key, "kind" text not null, "status" text not null, "family" text not null, "user_code" text not null, "document" text not null, "expires_at_ms" integer not null);
    create index "grants_by_user_code" on "grants" ("user_code");
    create index "grants_by_family" on "grants" ("family");
    create index "grants_by_expiry" on "grants" ("expires_at_ms");`,
  ],
  [
    "0002_activity_outcomes",
    `alter table "activities" add column "outcome" text default 'Succeeded' not null;
    alter table "activities" add column "caller_name" text default '' not null;
    alter table "activities" add column "request" text default '{}' not null;
    create index "activities_by_time" on "activities" ("at_ms");`,
  ],
  [
    "0003_client_secrets",
    `create table "client_secrets" ("object_id" text primary key, "secret_hash" text not null, "created_at_ms" integer not null);`,
  ],
  [
    "0004_data_plane",
    `create table "path_addresses" ("path_key" text primary key, "address" text not null, "port" integer not null);
    create table "redis_tokens" ("token_hash" text primary key, "object_id" text not null, "expires_at_ms" integer not null);
    create index "redis_tokens_by_expiry" on "redis_tokens" ("expires_at_ms");`,
  ],
  ["0005_operation_times", `alter table "operations" add column "timed_at_ms" integer default 0 not null;`],
  ["0006_grants_by_kind", `create index "grants_by_kind" on "grants" ("kind", "expires_at_ms");`],
  ["0007_write_trials", `create table "write_trials" ("id" integer primary key, "at_ms" integer not null);`],
  ["0008_no_change_feed", `drop table "changes";`],
  ["0009_no_times_of_secrets", `alter table "client_secrets" drop column "created_at_ms";`],
];

/** Makes a database as Kysely's migrator left it at a version, with a resource and what else that version can have. */
export function createKyselyDatabase(file: string, version: number): void {
  const database = new Database(file);
  database.pragma("journal_mode = WAL");
  database.exec(`
    create table if not exists "kysely_migration" ("name" varchar(255) not null primary key, "timestamp" varchar(255) not null);
    create table if not exists "kysely_migration_lock" ("id" varchar(255) not null primary key, "is_locked" integer default 0 not null);
    insert into "kysely_migration_lock" ("id", "is_locked") values ('migration_lock', 0);`);
  const record = database.prepare(`insert into "kysely_migration" ("name", "timestamp") values (?, ?)`);
  for (const [name, sql] of kyselyMigrations.slice(0, version)) {
    database.exec(sql);
    record.run(name, "2026-11-27T11:49:02.328Z");
  }
  database.exec(`
    insert into resources values ('/s/one', '/S/One', 't', '/s', 's', 3, 1, 2, '{"n":1}');
    insert into activities (subscription_key, resource_key, resource_id, action, caller, correlation_id, at_ms, detail)
      values ('s', '/s/one', '/S/One', 'T/write', 'c', 'k', 5, '{"status":201,"text":"\\"ö\\n"}');`);
  if (version >= 2) {
    database.exec(`
      insert into activities (seq, subscription_key, resource_key, resource_id, action, caller, caller_name,
        correlation_id, at_ms, outcome, request, detail)
        values (7, 's', '/s/two', '/S/Two', 'T/write', 'c', 'Olivia', 'l', 6, 'Failed', '{"method":"PUT"}', '{}');`);
  }
  if (version >= 3) {
    database.exec(`insert into client_secrets (object_id, secret_hash${version < 9 ? ", created_at_ms" : ""})
      values ('o', 'h'${version < 9 ? ", 1" : ""});`);
  }
  database.close();
}
