import { pick, prepare } from "./prepared.ts";
import type { NewActivityRow } from "./schema.ts";
import type { Queryable, Transaction } from "./store.ts";

/** One write, as the activity log tells it. */
export interface Activity {
  readonly subscriptionKey: string;
  readonly resourceId: string;
  /** The RBAC action, e.g. `Microsoft.Cache/redisEnterprise/write`. */
  readonly action: string;
  /** Object id of the principal. */
  readonly caller: string;
  readonly correlationId: string;
  readonly atMs: number;
  readonly detail: object;
}

const columns = [
  "subscription_key",
  "resource_key",
  "resource_id",
  "action",
  "caller",
  "correlation_id",
  "at_ms",
  "detail",
] as const satisfies (keyof NewActivityRow)[];

const insert = prepare<Omit<NewActivityRow, "seq">>()((db, row) =>
  db.insertInto("activities").values(pick(row, columns)),
);

const byResource = prepare<{ resourceKey: string }>()((db, { resourceKey }) =>
  db.selectFrom("activities").selectAll().where("resource_key", "=", resourceKey).orderBy("seq"),
);

const forget = prepare<{ beforeMs: number }>()((db, { beforeMs }) =>
  db.deleteFrom("activities").where("at_ms", "<", beforeMs),
);

/** Adds a row to the activity log, in the transaction of the write that it tells of. */
export async function recordActivity(tx: Transaction, activity: Activity): Promise<void> {
  await tx.all(insert, {
    subscription_key: activity.subscriptionKey,
    resource_key: activity.resourceId.toLowerCase(),
    resource_id: activity.resourceId,
    action: activity.action,
    caller: activity.caller,
    correlation_id: activity.correlationId,
    at_ms: activity.atMs,
    detail: JSON.stringify(activity.detail),
  });
}

/** What was done to one resource, oldest first. */
export async function listActivities(from: Queryable, resourceId: string): Promise<Activity[]> {
  const rows = await from.all(byResource, { resourceKey: resourceId.toLowerCase() });
  return rows.map((row) => ({
    subscriptionKey: row.subscription_key,
    resourceId: row.resource_id,
    action: row.action,
    caller: row.caller,
    correlationId: row.correlation_id,
    atMs: row.at_ms,
    detail: JSON.parse(row.detail) as object,
  }));
}

/** Drops what is older than the log keeps (Azure: 90 days). */
export async function forgetActivitiesBefore(tx: Transaction, beforeMs: number): Promise<void> {
  await tx.all(forget, { beforeMs });
}
