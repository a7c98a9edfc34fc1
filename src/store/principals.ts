import { parametersFor, prepare } from "./prepared.ts";
import type { ClientSecretRow, PrincipalRow } from "./schema.ts";
import type { Queryable, Transaction } from "./store.ts";

export type PrincipalKind = PrincipalRow["kind"];
export type Access = PrincipalRow["access"];

/** A user, service principal or managed identity, as the directory knows it. */
export interface Principal {
  /** A GUID in lower case. */
  readonly objectId: string;
  readonly tenantId: string;
  readonly kind: PrincipalKind;
  /** User principal name, or the application id of anything else. */
  readonly name: string;
  readonly displayName: string;
  /** Application id; "" for users. */
  readonly appId: string;
  /** What it may do everywhere, besides what it is assigned. */
  readonly access: Access;
}

const columns = "object_id, tenant_id, kind, name, display_name, app_id, access, created_at_ms";

const byObjectId = prepare<{ objectId: string }, PrincipalRow>(`
  select ${columns} from principals where object_id = :objectId`);

const everyone = prepare<object, PrincipalRow>(`
  select ${columns} from principals order by created_at_ms, object_id`);

const insert = prepare<PrincipalRow>(`
  insert into principals (${columns}) values (${parametersFor(columns)})
  on conflict (object_id) do nothing`);

const updateAccess = prepare<{ objectId: string; access: Access }, PrincipalRow>(`
  update principals set access = :access where object_id = :objectId returning ${columns}`);

const remove = prepare<{ objectId: string }>(`
  delete from principals where object_id = :objectId`);

/** The principal with this object id, which is in lower case; undefined when there is none. */
export async function findPrincipal(from: Queryable, objectId: string): Promise<Principal | undefined> {
  const row = await from.first(byObjectId, { objectId });
  return row === undefined ? undefined : toPrincipal(row);
}

/** Every principal that has signed in or was added, the oldest first. */
export async function listPrincipals(from: Queryable): Promise<Principal[]> {
  const rows = await from.all(everyone, {});
  return rows.map(toPrincipal);
}

/** Adds a principal unless there is one with its object id, and returns the one that the store has now. */
export async function addPrincipal(tx: Transaction, principal: Principal, nowMs: number): Promise<Principal> {
  await tx.change(insert, {
    object_id: principal.objectId,
    tenant_id: principal.tenantId,
    kind: principal.kind,
    name: principal.name,
    display_name: principal.displayName,
    app_id: principal.appId,
    access: principal.access,
    created_at_ms: nowMs,
  });
  const row = await tx.first(byObjectId, { objectId: principal.objectId });
  return row === undefined ? principal : toPrincipal(row);
}

/** Changes what a principal may do; undefined when there is no such principal. */
export async function setPrincipalAccess(
  tx: Transaction,
  change: { objectId: string; access: Access },
): Promise<Principal | undefined> {
  const row = await tx.first(updateAccess, change);
  return row === undefined ? undefined : toPrincipal(row);
}

/** Removes a principal. */
export async function removePrincipal(tx: Transaction, objectId: string): Promise<void> {
  await tx.change(remove, { objectId });
}

function toPrincipal(row: PrincipalRow): Principal {
  return {
    objectId: row.object_id,
    tenantId: row.tenant_id,
    kind: row.kind,
    name: row.name,
    displayName: row.display_name,
    appId: row.app_id,
    access: row.access,
  };
}

const secretByObjectId = prepare<{ objectId: string }, Pick<ClientSecretRow, "secret_hash">>(`
  select secret_hash from client_secrets where object_id = :objectId`);

const upsertSecret = prepare<ClientSecretRow>(`
  insert into client_secrets (object_id, secret_hash) values (:object_id, :secret_hash)
  on conflict (object_id) do update set secret_hash = excluded.secret_hash`);

/** The hash of a service principal's secret; undefined when it has none. */
export async function findSecretHash(from: Queryable, objectId: string): Promise<string | undefined> {
  return (await from.first(secretByObjectId, { objectId }))?.secret_hash;
}

/** Writes a service principal's secret, in the place of the one that it had. */
export async function saveSecretHash(
  tx: Transaction,
  { objectId, secretHash }: { objectId: string; secretHash: string },
): Promise<void> {
  await tx.change(upsertSecret, { object_id: objectId, secret_hash: secretHash });
}
