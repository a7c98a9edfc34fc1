import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/** What column types are called, where the databases differ. */
export interface ColumnTypes {
  /** A string that sorts by bytes, so that a prefix is a range. */
  readonly key: "text";
  /** An integer primary key that the database counts up. */
  readonly sequence: "integer" | "bigserial";
  /** A 64-bit integer. */
  readonly integer: "integer" | "bigint";
}

/** All migrations in order, by name; each runs once and is never edited after a release. */
export function migrations(types: ColumnTypes): Record<string, Migration> {
  return {
    "0001_first_tables": { up: (db) => createFirstTables(db, types) },
    "0002_activity_outcomes": { up: (db) => addActivityOutcomes(db) },
    "0003_client_secrets": { up: (db) => createClientSecrets(db, types) },
    "0004_data_plane": { up: (db) => createDataPlane(db, types) },
    "0005_operation_times": { up: (db) => addOperationTimes(db, types) },
    "0007_write_trials": { up: (db) => createWriteTrials(db, types) },
    "0006_grants_by_kind": { up: (db) => indexGrantsByKind(db) },
  };
}

async function createFirstTables(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await createResources(db, types);
  await createOperations(db, types);
  await createLogs(db, types);
  await createIdentity(db, types);
}

async function createResources(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable("resources")
    .addColumn("id_key", types.key, (column) => column.primaryKey())
    .addColumn("id", "text", (column) => column.notNull())
    .addColumn("type_key", types.key, (column) => column.notNull())
    .addColumn("parent_key", types.key, (column) => column.notNull())
    .addColumn("subscription_key", types.key, (column) => column.notNull())
    .addColumn("version", types.integer, (column) => column.notNull())
    .addColumn("created_at_ms", types.integer, (column) => column.notNull())
    .addColumn("updated_at_ms", types.integer, (column) => column.notNull())
    .addColumn("document", "text", (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex("resources_by_parent")
    .on("resources")
    .columns(["parent_key", "type_key", "id_key"])
    .execute();
  await db.schema
    .createIndex("resources_by_subscription")
    .on("resources")
    .columns(["subscription_key", "type_key", "id_key"])
    .execute();
}

async function createOperations(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable("operations")
    .addColumn("id", types.key, (column) => column.primaryKey())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("subscription_key", types.key, (column) => column.notNull())
    .addColumn("resource_id", "text", (column) => column.notNull())
    .addColumn("resource_key", types.key, (column) => column.notNull())
    .addColumn("location", "text", (column) => column.notNull())
    .addColumn("status", "text", (column) => column.notNull())
    .addColumn("input", "text", (column) => column.notNull())
    .addColumn("error", "text")
    .addColumn("created_at_ms", types.integer, (column) => column.notNull())
    .addColumn("updated_at_ms", types.integer, (column) => column.notNull())
    .addColumn("finish_at_ms", types.integer, (column) => column.notNull())
    .addColumn("due_at_ms", types.integer)
    .addColumn("lease_owner", "text")
    .addColumn("lease_until_ms", types.integer, (column) => column.notNull())
    .addColumn("attempts", types.integer, (column) => column.notNull())
    .execute();
  await db.schema.createIndex("operations_due").on("operations").column("due_at_ms").execute();
  await db.schema.createIndex("operations_by_resource").on("operations").column("resource_key").execute();
}

async function createLogs(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable("activities")
    .addColumn("seq", types.sequence, (column) => column.primaryKey())
    .addColumn("subscription_key", types.key, (column) => column.notNull())
    .addColumn("resource_key", types.key, (column) => column.notNull())
    .addColumn("resource_id", "text", (column) => column.notNull())
    .addColumn("action", "text", (column) => column.notNull())
    .addColumn("caller", "text", (column) => column.notNull())
    .addColumn("correlation_id", "text", (column) => column.notNull())
    .addColumn("at_ms", types.integer, (column) => column.notNull())
    .addColumn("detail", "text", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("changes")
    .addColumn("seq", types.sequence, (column) => column.primaryKey())
    .addColumn("resource_key", types.key, (column) => column.notNull())
    .addColumn("type_key", types.key, (column) => column.notNull())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("at_ms", types.integer, (column) => column.notNull())
    .execute();
}

async function createIdentity(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable("principals")
    .addColumn("object_id", types.key, (column) => column.primaryKey())
    .addColumn("tenant_id", types.key, (column) => column.notNull())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("display_name", "text", (column) => column.notNull())
    .addColumn("app_id", "text", (column) => column.notNull())
    .addColumn("access", "text", (column) => column.notNull())
    .addColumn("created_at_ms", types.integer, (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("grants")
    .addColumn("secret_hash", types.key, (column) => column.primaryKey())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("status", "text", (column) => column.notNull())
    .addColumn("family", types.key, (column) => column.notNull())
    .addColumn("user_code", types.key, (column) => column.notNull())
    .addColumn("document", "text", (column) => column.notNull())
    .addColumn("expires_at_ms", types.integer, (column) => column.notNull())
    .execute();
  await db.schema.createIndex("grants_by_user_code").on("grants").column("user_code").execute();
  await db.schema.createIndex("grants_by_family").on("grants").column("family").execute();
  await db.schema.createIndex("grants_by_expiry").on("grants").column("expires_at_ms").execute();
}

/** Rows from before have no caller's name and count as succeeded: failures were not recorded then. */
async function addActivityOutcomes(db: Kysely<unknown>): Promise<void> {
  const added = { outcome: "Succeeded", caller_name: "", request: "{}" };
  for (const [name, value] of Object.entries(added)) {
    await db.schema
      .alterTable("activities")
      .addColumn(name, "text", (column) => column.notNull().defaultTo(value))
      .execute();
  }
  await db.schema.createIndex("activities_by_time").on("activities").column("at_ms").execute();
}

async function createClientSecrets(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable("client_secrets")
    .addColumn("object_id", types.key, (column) => column.primaryKey())
    .addColumn("secret_hash", "text", (column) => column.notNull())
    .addColumn("created_at_ms", types.integer, (column) => column.notNull())
    .execute();
}

async function createDataPlane(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable("path_addresses")
    .addColumn("path_key", types.key, (column) => column.primaryKey())
    .addColumn("address", "text", (column) => column.notNull())
    .addColumn("port", types.integer, (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("redis_tokens")
    .addColumn("token_hash", types.key, (column) => column.primaryKey())
    .addColumn("object_id", types.key, (column) => column.notNull())
    .addColumn("expires_at_ms", types.integer, (column) => column.notNull())
    .execute();
  await db.schema.createIndex("redis_tokens_by_expiry").on("redis_tokens").column("expires_at_ms").execute();
}

async function addOperationTimes(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .alterTable("operations")
    .addColumn("timed_at_ms", types.integer, (column) => column.notNull().defaultTo(0))
    .execute();
}

/** Finds what is too much of a kind without reading all of it. */
async function indexGrantsByKind(db: Kysely<unknown>): Promise<void> {
  await db.schema.createIndex("grants_by_kind").on("grants").columns(["kind", "expires_at_ms"]).execute();
}

async function createWriteTrials(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable("write_trials")
    .addColumn("id", types.integer, (column) => column.primaryKey())
    .addColumn("at_ms", types.integer, (column) => column.notNull())
    .execute();
}
