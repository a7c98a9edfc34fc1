import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/** All migrations in order, by name; each runs once and is never edited after a release. */
export const migrations: Readonly<Record<string, Migration>> = {
  "0001_first_tables": { up: createFirstTables },
  "0002_activity_outcomes": { up: addActivityOutcomes },
  "0003_client_secrets": { up: createClientSecrets },
  "0004_data_plane": { up: createDataPlane },
  "0005_operation_times": { up: addOperationTimes },
  "0006_grants_by_kind": { up: indexGrantsByKind },
  "0007_write_trials": { up: createWriteTrials },
  "0008_no_change_feed": { up: dropChangeFeed },
  "0009_no_times_of_secrets": { up: dropTimesOfSecrets },
};

async function createFirstTables(db: Kysely<unknown>): Promise<void> {
  await createResources(db);
  await createOperations(db);
  await createLogs(db);
  await createIdentity(db);
}

async function createResources(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("resources")
    .addColumn("id_key", "text", (column) => column.primaryKey())
    .addColumn("id", "text", (column) => column.notNull())
    .addColumn("type_key", "text", (column) => column.notNull())
    .addColumn("parent_key", "text", (column) => column.notNull())
    .addColumn("subscription_key", "text", (column) => column.notNull())
    .addColumn("version", "integer", (column) => column.notNull())
    .addColumn("created_at_ms", "integer", (column) => column.notNull())
    .addColumn("updated_at_ms", "integer", (column) => column.notNull())
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

async function createOperations(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("operations")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("subscription_key", "text", (column) => column.notNull())
    .addColumn("resource_id", "text", (column) => column.notNull())
    .addColumn("resource_key", "text", (column) => column.notNull())
    .addColumn("location", "text", (column) => column.notNull())
    .addColumn("status", "text", (column) => column.notNull())
    .addColumn("input", "text", (column) => column.notNull())
    .addColumn("error", "text")
    .addColumn("created_at_ms", "integer", (column) => column.notNull())
    .addColumn("updated_at_ms", "integer", (column) => column.notNull())
    .addColumn("finish_at_ms", "integer", (column) => column.notNull())
    .addColumn("due_at_ms", "integer")
    .addColumn("lease_owner", "text")
    .addColumn("lease_until_ms", "integer", (column) => column.notNull())
    .addColumn("attempts", "integer", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("operations_due").on("operations").column("due_at_ms").execute();
  await db.schema.createIndex("operations_by_resource").on("operations").column("resource_key").execute();
}

async function createLogs(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("activities")
    .addColumn("seq", "integer", (column) => column.primaryKey())
    .addColumn("subscription_key", "text", (column) => column.notNull())
    .addColumn("resource_key", "text", (column) => column.notNull())
    .addColumn("resource_id", "text", (column) => column.notNull())
    .addColumn("action", "text", (column) => column.notNull())
    .addColumn("caller", "text", (column) => column.notNull())
    .addColumn("correlation_id", "text", (column) => column.notNull())
    .addColumn("at_ms", "integer", (column) => column.notNull())
    .addColumn("detail", "text", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("changes")
    .addColumn("seq", "integer", (column) => column.primaryKey())
    .addColumn("resource_key", "text", (column) => column.notNull())
    .addColumn("type_key", "text", (column) => column.notNull())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("at_ms", "integer", (column) => column.notNull())
    .execute();
}

async function createIdentity(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("principals")
    .addColumn("object_id", "text", (column) => column.primaryKey())
    .addColumn("tenant_id", "text", (column) => column.notNull())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("display_name", "text", (column) => column.notNull())
    .addColumn("app_id", "text", (column) => column.notNull())
    .addColumn("access", "text", (column) => column.notNull())
    .addColumn("created_at_ms", "integer", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("grants")
    .addColumn("secret_hash", "text", (column) => column.primaryKey())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("status", "text", (column) => column.notNull())
    .addColumn("family", "text", (column) => column.notNull())
    .addColumn("user_code", "text", (column) => column.notNull())
    .addColumn("document", "text", (column) => column.notNull())
    .addColumn("expires_at_ms", "integer", (column) => column.notNull())
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

async function createClientSecrets(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("client_secrets")
    .addColumn("object_id", "text", (column) => column.primaryKey())
    .addColumn("secret_hash", "text", (column) => column.notNull())
    .addColumn("created_at_ms", "integer", (column) => column.notNull())
    .execute();
}

async function createDataPlane(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("path_addresses")
    .addColumn("path_key", "text", (column) => column.primaryKey())
    .addColumn("address", "text", (column) => column.notNull())
    .addColumn("port", "integer", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("redis_tokens")
    .addColumn("token_hash", "text", (column) => column.primaryKey())
    .addColumn("object_id", "text", (column) => column.notNull())
    .addColumn("expires_at_ms", "integer", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("redis_tokens_by_expiry").on("redis_tokens").column("expires_at_ms").execute();
}

async function addOperationTimes(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable("operations")
    .addColumn("timed_at_ms", "integer", (column) => column.notNull().defaultTo(0))
    .execute();
}

/** Finds what is too much of a kind without reading all of it. */
async function indexGrantsByKind(db: Kysely<unknown>): Promise<void> {
  await db.schema.createIndex("grants_by_kind").on("grants").columns(["kind", "expires_at_ms"]).execute();
}

async function createWriteTrials(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("write_trials")
    .addColumn("id", "integer", (column) => column.primaryKey())
    .addColumn("at_ms", "integer", (column) => column.notNull())
    .execute();
}

/** Its rows were written with every resource, and nothing read them. */
async function dropChangeFeed(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropTable("changes").execute();
}

async function dropTimesOfSecrets(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("client_secrets").dropColumn("created_at_ms").execute();
}
