/** A step from one version of the schema to the next; its version is its place in the list, from 1. */
interface Migration {
  /** Kysely's migrator, which ran the first nine, recorded their names. */
  readonly name: string;
  readonly sql: string;
}

/** All migrations in order; each runs once and is never edited after a release. */
export const migrations: readonly Migration[] = [
  {
    name: "0001_first_tables",
    sql: `
      create table resources (
        id_key text primary key,
        id text not null,
        type_key text not null,
        parent_key text not null,
        subscription_key text not null,
        version integer not null,
        created_at_ms integer not null,
        updated_at_ms integer not null,
        document text not null
      );
      create index resources_by_parent on resources (parent_key, type_key, id_key);
      create index resources_by_subscription on resources (subscription_key, type_key, id_key);

      create table operations (
        id text primary key,
        kind text not null,
        subscription_key text not null,
        resource_id text not null,
        resource_key text not null,
        location text not null,
        status text not null,
        input text not null,
        error text,
        created_at_ms integer not null,
        updated_at_ms integer not null,
        finish_at_ms integer not null,
        due_at_ms integer,
        lease_owner text,
        lease_until_ms integer not null,
        attempts integer not null
      );
      create index operations_due on operations (due_at_ms);
      create index operations_by_resource on operations (resource_key);

      create table activities (
        seq integer primary key,
        subscription_key text not null,
        resource_key text not null,
        resource_id text not null,
        action text not null,
        caller text not null,
        correlation_id text not null,
        at_ms integer not null,
        detail text not null
      );
      create table changes (
        seq integer primary key,
        resource_key text not null,
        type_key text not null,
        kind text not null,
        at_ms integer not null
      );

      create table principals (
        object_id text primary key,
        tenant_id text not null,
        kind text not null,
        name text not null,
        display_name text not null,
        app_id text not null,
        access text not null,
        created_at_ms integer not null
      );
      create table grants (
        secret_hash text primary key,
        kind text not null,
        status text not null,
        family text not null,
        user_code text not null,
        document text not null,
        expires_at_ms integer not null
      );
      create index grants_by_user_code on grants (user_code);
      create index grants_by_family on grants (family);
      create index grants_by_expiry on grants (expires_at_ms);`,
  },
  {
    // Rows from before have no caller's name and count as succeeded: failures were not recorded then.
    name: "0002_activity_outcomes",
    sql: `
      alter table activities add column outcome text not null default 'Succeeded';
      alter table activities add column caller_name text not null default '';
      alter table activities add column request text not null default '{}';
      create index activities_by_time on activities (at_ms);`,
  },
  {
    name: "0003_client_secrets",
    sql: `
      create table client_secrets (
        object_id text primary key,
        secret_hash text not null,
        created_at_ms integer not null
      );`,
  },
  {
    name: "0004_data_plane",
    sql: `
      create table path_addresses (
        path_key text primary key,
        address text not null,
        port integer not null
      );
      create table redis_tokens (
        token_hash text primary key,
        object_id text not null,
        expires_at_ms integer not null
      );
      create index redis_tokens_by_expiry on redis_tokens (expires_at_ms);`,
  },
  {
    name: "0005_operation_times",
    sql: `
      alter table operations add column timed_at_ms integer not null default 0;`,
  },
  {
    // Finds what is too much of a kind without reading all of it.
    name: "0006_grants_by_kind",
    sql: `
      create index grants_by_kind on grants (kind, expires_at_ms);`,
  },
  {
    name: "0007_write_trials",
    sql: `
      create table write_trials (
        id integer primary key,
        at_ms integer not null
      );`,
  },
  {
    // Its rows were written with every resource, and nothing read them.
    name: "0008_no_change_feed",
    sql: `
      drop table changes;`,
  },
  {
    name: "0009_no_times_of_secrets",
    sql: `
      alter table client_secrets drop column created_at_ms;`,
  },
  {
    // One row for the writes of a millisecond. Older rows keep their numbers, from which the ids of events are made.
    name: "0010_activity_rows",
    sql: `
      create table activity_rows (
        seq integer primary key,
        subscription_key text not null,
        at_ms integer not null,
        size integer not null,
        entries text not null
      );
      insert into activity_rows (seq, subscription_key, at_ms, size, entries)
        select seq, subscription_key, at_ms, 1, json_array(json_array(
          resource_id, action, caller, caller_name, correlation_id, outcome, json(request), json(detail)
        ))
        from activities;
      drop table activities;
      alter table activity_rows rename to activities;
      create index activities_by_time on activities (at_ms);`,
  },
];
