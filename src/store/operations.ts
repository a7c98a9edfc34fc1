import type { Json, JsonObject } from "../kernel/json.ts";
import { parametersFor, prepare } from "./prepared.ts";
import type { OperationRow, OperationStatus } from "./schema.ts";
import type { Queryable, Transaction } from "./store.ts";

/** Why an operation failed or was cancelled, as clients read it. */
export interface OperationError {
  readonly code: string;
  readonly message: string;
}

/** A long-running operation on one resource. */
export interface StoredOperation {
  readonly id: string;
  readonly kind: string;
  readonly subscriptionKey: string;
  readonly resourceId: string;
  /** Display name of the region that it is reported under. */
  readonly location: string;
  readonly status: OperationStatus;
  readonly input: JsonObject;
  readonly error: OperationError | undefined;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** By the engine's steady time, as `dueAtMs`; the other two are times of day. */
  readonly finishAtMs: number;
  /** When an engine looks at it next; undefined once terminal. */
  readonly dueAtMs: number | undefined;
  readonly leaseOwner: string | undefined;
  readonly attempts: number;
}

const columns =
  "id, kind, subscription_key, resource_id, resource_key, location, status, input, error, created_at_ms, updated_at_ms, " +
  "finish_at_ms, due_at_ms, lease_owner, lease_until_ms, timed_at_ms, attempts";

interface Claim {
  /** The time of day, for what clients read. */
  readonly nowMs: number;
  /** The engine's time, by which operations are due and leases end. */
  readonly steadyMs: number;
  readonly owner: string;
  readonly leaseUntilMs: number;
  readonly limit: number;
}

const insert = prepare<OperationRow>(`
  insert into operations (${columns}) values (${parametersFor(columns)})`);

const byId = prepare<{ id: string }, OperationRow>(`
  select ${columns} from operations where id = :id`);

const activeOn = prepare<{ resourceKey: string }, OperationRow>(`
  select ${columns} from operations where resource_key = :resourceKey and due_at_ms is not null order by created_at_ms`);

const nextDue = prepare<{ steadyMs: number }, { due_at_ms: number | null }>(`
  select min(due_at_ms) as due_at_ms from operations where due_at_ms is not null and lease_until_ms <= :steadyMs`);

const nextLeaseEnd = prepare<{ steadyMs: number }, { lease_until_ms: number | null }>(`
  select min(lease_until_ms) as lease_until_ms from operations
  where due_at_ms is not null and lease_until_ms > :steadyMs`);

const lastTimed = prepare<object, { timed_at_ms: number | null }>(`
  select max(timed_at_ms) as timed_at_ms from operations where due_at_ms is not null`);

const claim = prepare<Claim, OperationRow>(`
  update operations set lease_owner = :owner, lease_until_ms = :leaseUntilMs, timed_at_ms = :steadyMs,
    updated_at_ms = :nowMs, attempts = attempts + 1
  where id in (
    select id from operations where due_at_ms is not null and due_at_ms <= :steadyMs and lease_until_ms <= :steadyMs
    order by due_at_ms limit :limit
  )
  returning ${columns}`);

const renew = prepare<{ id: string; owner: string; leaseUntilMs: number; steadyMs: number }>(`
  update operations set lease_until_ms = :leaseUntilMs, timed_at_ms = :steadyMs
  where id = :id and lease_owner = :owner and due_at_ms is not null`);

interface Advance {
  readonly id: string;
  readonly status: OperationStatus;
  readonly input: string | null;
  readonly error: string | null;
  readonly dueAtMs: number | null;
  readonly attempts: number;
  readonly nowMs: number;
  readonly steadyMs: number;
}

/** Never touches a terminal row: `due_at_ms` is null from the moment a row ends. */
const advance = prepare<Advance>(`
  update operations set status = :status, input = coalesce(:input, input), error = :error, due_at_ms = :dueAtMs,
    attempts = :attempts, updated_at_ms = :nowMs, lease_owner = null, lease_until_ms = 0, timed_at_ms = :steadyMs
  where id = :id and due_at_ms is not null`);

const releaseHeld = prepare<{ owner: string }>(`
  update operations set lease_owner = null, lease_until_ms = 0 where lease_owner = :owner`);

const releaseAll = prepare<object>(`
  update operations set lease_owner = null, lease_until_ms = 0 where lease_owner is not null`);

const forget = prepare<{ beforeMs: number }>(`
  delete from operations where due_at_ms is null and updated_at_ms < :beforeMs`);

interface NewOperation {
  readonly id: string;
  readonly kind: string;
  readonly subscriptionKey: string;
  readonly resourceId: string;
  readonly location: string;
  readonly input: JsonObject;
  readonly nowMs: number;
  /** The engine's time, by which the following are counted. */
  readonly steadyMs: number;
  readonly dueAtMs: number;
  readonly finishAtMs: number;
  /** The engine that carries it out from the start, and until when no other may; undefined when any engine may claim it. */
  readonly lease?: { readonly owner: string; readonly untilMs: number } | undefined;
}

/** Writes a new operation, InProgress when it has a lease and else Pending, in the transaction of the change it is for. */
export async function insertOperation(tx: Transaction, operation: NewOperation): Promise<StoredOperation> {
  const row: OperationRow = {
    id: operation.id,
    kind: operation.kind,
    subscription_key: operation.subscriptionKey,
    resource_id: operation.resourceId,
    resource_key: operation.resourceId.toLowerCase(),
    location: operation.location,
    status: operation.lease === undefined ? "Pending" : "InProgress",
    input: JSON.stringify(operation.input),
    error: null,
    created_at_ms: operation.nowMs,
    updated_at_ms: operation.nowMs,
    finish_at_ms: operation.finishAtMs,
    due_at_ms: operation.dueAtMs,
    lease_owner: operation.lease?.owner ?? null,
    lease_until_ms: operation.lease?.untilMs ?? 0,
    timed_at_ms: operation.steadyMs,
    attempts: operation.lease === undefined ? 0 : 1,
  };
  await tx.change(insert, row);
  return toOperation(row);
}

/** The operation with this id, terminal or not. */
export async function findOperation(from: Queryable, id: string): Promise<StoredOperation | undefined> {
  const row = await from.first(byId, { id: id.toLowerCase() });
  return row === undefined ? undefined : toOperation(row);
}

/** The operations on a resource that have not ended, oldest first. */
export async function listActiveOperations(from: Queryable, resourceId: string): Promise<StoredOperation[]> {
  const rows = await from.all(activeOn, { resourceKey: resourceId.toLowerCase() });
  return rows.map(toOperation);
}

/** When an engine has to act next: the earliest due time without a lease, or the end of a lease. */
export async function nextOperationTimeMs(from: Queryable, steadyMs: number): Promise<number | undefined> {
  const due = (await from.first(nextDue, { steadyMs }))?.due_at_ms ?? undefined;
  const leaseEnd = (await from.first(nextLeaseEnd, { steadyMs }))?.lease_until_ms ?? undefined;
  if (due === undefined || leaseEnd === undefined) return due ?? leaseEnd;
  return Math.min(due, leaseEnd);
}

/** The last engine time in operations that have not ended; undefined when there are none. */
export async function lastOperationTimeMs(from: Queryable): Promise<number | undefined> {
  return (await from.first(lastTimed, {}))?.timed_at_ms ?? undefined;
}

/** Takes up to `limit` due operations for `owner`; no other engine gets them before the lease ends. */
export async function claimOperations(tx: Transaction, request: Claim): Promise<StoredOperation[]> {
  const rows = await tx.all(claim, request);
  return rows.map(toOperation);
}

/** Extends a lease; false when it was lost to another engine or the operation has ended. */
export async function renewLease(
  tx: Transaction,
  lease: { id: string; owner: string; leaseUntilMs: number; steadyMs: number },
): Promise<boolean> {
  return (await tx.change(renew, lease)) === 1;
}

/** Advances an operation and releases its lease; false when it had already ended. Without `input` it keeps its own. */
export async function advanceOperation(
  tx: Transaction,
  change: {
    id: string;
    status: OperationStatus;
    input?: JsonObject;
    error?: OperationError;
    dueAtMs: number | undefined;
    attempts: number;
    nowMs: number;
    steadyMs: number;
  },
): Promise<boolean> {
  const error = change.error === undefined ? null : JSON.stringify(change.error);
  const input = change.input === undefined ? null : JSON.stringify(change.input);
  return (await tx.change(advance, { ...change, input, error, dueAtMs: change.dueAtMs ?? null })) === 1;
}

/** Releases the leases of `owner`, or all leases. */
export async function releaseLeases(tx: Transaction, owner?: string): Promise<void> {
  await (owner === undefined ? tx.change(releaseAll, {}) : tx.change(releaseHeld, { owner }));
}

/** Removes operations that ended before a time. */
export async function forgetOperationsBefore(tx: Transaction, beforeMs: number): Promise<void> {
  await tx.change(forget, { beforeMs });
}

function toOperation(row: OperationRow): StoredOperation {
  return {
    id: row.id,
    kind: row.kind,
    subscriptionKey: row.subscription_key,
    resourceId: row.resource_id,
    location: row.location,
    status: row.status,
    input: JSON.parse(row.input) as JsonObject,
    error: row.error === null ? undefined : (JSON.parse(row.error) as OperationError & Json),
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
    finishAtMs: row.finish_at_ms,
    dueAtMs: row.due_at_ms ?? undefined,
    leaseOwner: row.lease_owner ?? undefined,
    attempts: row.attempts,
  };
}
