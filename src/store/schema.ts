import type { Generated, Insertable, Selectable } from "kysely";

/** One row an ARM resource; subscriptions and resource groups are resources too. */
export interface ResourceTable {
  /** The ARM id in lower case: what everything is found by. */
  id_key: string;
  /** The ARM id in the casing it was last written with. */
  id: string;
  /** Namespace and types in lower case, e.g. `microsoft.cache/redisenterprise/databases`. */
  type_key: string;
  /** The `id_key` one level up: cluster for a database, group for a cluster, subscription for a group, "" for a subscription. */
  parent_key: string;
  /** The subscription's GUID in lower case; "" for what lives above subscriptions. */
  subscription_key: string;
  /** Counts writes of this row, from 1. */
  version: number;
  created_at_ms: number;
  updated_at_ms: number;
  /** The provider's own model as JSON. */
  document: string;
}

export const operationStatuses = ["Pending", "InProgress", "Succeeded", "Failed", "Canceled"] as const;
export type OperationStatus = (typeof operationStatuses)[number];

/** Long-running operations; a row with `due_at_ms` null is terminal. */
export interface OperationTable {
  id: string;
  kind: string;
  subscription_key: string;
  resource_id: string;
  resource_key: string;
  /** Display name of the region that the operation is reported under. */
  location: string;
  status: OperationStatus;
  /** What the kind's handler needs to do its work, as JSON. */
  input: string;
  /** `{"code","message"}` as JSON, for Failed and Canceled. */
  error: string | null;
  created_at_ms: number;
  updated_at_ms: number;
  /** When the work is to be finished at the earliest; this and what follows is by the engine's steady time. */
  finish_at_ms: number;
  /** When an engine has to look at the row next. */
  due_at_ms: number | null;
  lease_owner: string | null;
  lease_until_ms: number;
  /** When the times above were last looked at, so that the next process knows what had passed by then. */
  timed_at_ms: number;
  attempts: number;
}

export const activityOutcomes = ["Succeeded", "Accepted", "Failed"] as const;
export type ActivityOutcome = (typeof activityOutcomes)[number];

/** The activity log: one row a write, from the transaction that wrote; and one a write that was refused. */
export interface ActivityTable {
  seq: Generated<number>;
  subscription_key: string;
  resource_key: string;
  resource_id: string;
  /** The RBAC action, e.g. `Microsoft.Cache/redisEnterprise/write`. */
  action: string;
  /** Object id. */
  caller: string;
  /** User principal name, or the application id of anything else. */
  caller_name: string;
  correlation_id: string;
  at_ms: number;
  outcome: ActivityOutcome;
  /** What is told of the HTTP request, as JSON. */
  request: string;
  /** Status and, where a state changed, the old and new one, as JSON. */
  detail: string;
}

/** Whoever has ever signed in. */
export interface PrincipalTable {
  object_id: string;
  tenant_id: string;
  kind: "User" | "ServicePrincipal" | "ManagedIdentity";
  /** User principal name, or the application id of a service principal. */
  name: string;
  display_name: string;
  /** Application id; "" for users. */
  app_id: string;
  /** What it may do everywhere, besides what it is assigned. */
  access: "Owner" | "None";
  created_at_ms: number;
}

/** The secrets of service principals that were added, by the principal's object id. */
export interface ClientSecretTable {
  object_id: string;
  /** SHA-256, base64url. */
  secret_hash: string;
  created_at_ms: number;
}

export const grantStatuses = ["open", "approved", "declined", "used"] as const;
export type GrantStatus = (typeof grantStatuses)[number];

/** Authorization codes, refresh tokens and device codes, by the SHA-256 of the secret that names them. */
export interface GrantTable {
  secret_hash: string;
  kind: "code" | "refresh" | "device";
  status: GrantStatus;
  /** What stems from one sign-in has one family, so that it can be revoked together. */
  family: string;
  /** For device codes: what the person types; "" otherwise. */
  user_code: string;
  document: string;
  expires_at_ms: number;
}

/** Where each path to a database is served on this machine; kept, so that it stays the same. */
export interface PathAddressTable {
  /** The key of the private endpoint, or of the cluster for its public side. */
  path_key: string;
  address: string;
  port: number;
}

/** Access tokens for Redis that were issued and have not expired. */
export interface RedisTokenTable {
  /** SHA-256, hexadecimal: how Redis keeps passwords. */
  token_hash: string;
  object_id: string;
  expires_at_ms: number;
}

/** What health checks write: one row, whose content is of no use. */
export interface WriteTrialTable {
  id: number;
  at_ms: number;
}

export interface Schema {
  resources: ResourceTable;
  operations: OperationTable;
  activities: ActivityTable;
  principals: PrincipalTable;
  client_secrets: ClientSecretTable;
  grants: GrantTable;
  path_addresses: PathAddressTable;
  redis_tokens: RedisTokenTable;
  write_trials: WriteTrialTable;
}

export type ResourceRow = Selectable<ResourceTable>;
export type OperationRow = Selectable<OperationTable>;
export type ActivityRow = Selectable<ActivityTable>;
export type PrincipalRow = Selectable<PrincipalTable>;
export type ClientSecretRow = Selectable<ClientSecretTable>;
export type PathAddressRow = Selectable<PathAddressTable>;
export type RedisTokenRow = Selectable<RedisTokenTable>;
export type GrantRow = Selectable<GrantTable>;
export type NewActivityRow = Insertable<ActivityTable>;
