/** One row an ARM resource; subscriptions and resource groups are resources too. */
export interface ResourceRow {
  /** The ARM id in lower case: what everything is found by. */
  id_key: string;
  /** The ARM id in the casing it was last written with. */
  id: string;
  /** Namespace and types in lower case, e.g. `microsoft.cache/redisenterprise/databases`. */
  type_key: string;
  /** The `id_key` one level up: cluster for a database, group for a cluster, subscription for a group, "" for a subscription. */
  parent_key: string;
  /** The subscription's GUID in lower case; "" for what is above subscriptions. */
  subscription_key: string;
  /** Counts writes of this row, from 1. */
  version: number;
  created_at_ms: number;
  updated_at_ms: number;
  /** The provider's own model as JSON. */
  document: string;
}

export type OperationStatus = "Pending" | "InProgress" | "Succeeded" | "Failed" | "Canceled";

/** Long-running operations; a row with `due_at_ms` null is terminal. */
export interface OperationRow {
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
  /** When the work is finished at the earliest. This and the times below are by the engine's steady time. */
  finish_at_ms: number;
  /** When an engine has to look at the row next. */
  due_at_ms: number | null;
  lease_owner: string | null;
  lease_until_ms: number;
  /** When the times above were last looked at: the engine's time goes on from there after a restart. */
  timed_at_ms: number;
  attempts: number;
}

export type ActivityOutcome = "Succeeded" | "Accepted" | "Failed";

/**
 * The activity log: writes of one millisecond in a subscription, from the transaction that wrote, and those that were
 * refused. The activities of a row are numbered from `seq`.
 */
export interface ActivityRow {
  seq: number;
  subscription_key: string;
  at_ms: number;
  /** How many activities there are in `entries`. */
  size: number;
  /** The activities as JSON, in the order of recording; activity-rows.ts has their form. */
  entries: string;
}

/** Every principal that has signed in or was added. */
export interface PrincipalRow {
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
export interface ClientSecretRow {
  object_id: string;
  /** SHA-256, base64url. */
  secret_hash: string;
}

export type GrantStatus = "open" | "approved" | "declined" | "used";

/** Authorization codes, refresh tokens and device codes, by the SHA-256 of the secret that names them. */
export interface GrantRow {
  secret_hash: string;
  kind: "code" | "refresh" | "device";
  status: GrantStatus;
  /** All grants of one sign-in have one family, so that they can be revoked together. */
  family: string;
  /** For device codes: what the person types; "" otherwise. */
  user_code: string;
  document: string;
  expires_at_ms: number;
}

/** Where each path to a database is served on this machine; kept, so that it stays the same. */
export interface PathAddressRow {
  /** The key of the private endpoint, or of the cluster for its public side. */
  path_key: string;
  address: string;
  port: number;
}

/** Access tokens for Redis that were issued and have not expired. */
export interface RedisTokenRow {
  /** SHA-256, hexadecimal: how Redis keeps passwords. */
  token_hash: string;
  object_id: string;
  expires_at_ms: number;
}
