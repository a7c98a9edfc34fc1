import { parametersFor, prepare } from "./prepared.ts";
import type { ActivityOutcome, ActivityRow } from "./schema.ts";
import type { Queryable, Transaction } from "./store.ts";

/** One write, carried out or refused, as the activity log shows it. */
export interface Activity {
  /** "" for what is above subscriptions. */
  readonly subscriptionKey: string;
  readonly resourceId: string;
  /** The RBAC action, e.g. `Microsoft.Cache/redisEnterprise/write`. */
  readonly action: string;
  /** Object id of the principal. */
  readonly caller: string;
  /** User principal name, or the application id of anything else. */
  readonly callerName: string;
  readonly correlationId: string;
  readonly atMs: number;
  readonly outcome: ActivityOutcome;
  /** What is recorded of the HTTP request. */
  readonly request: object;
  readonly detail: object;
}

/** An activity as it was stored; `seq` orders those of one millisecond. */
export interface StoredActivity extends Activity {
  readonly seq: number;
}

/** Which activities to find: "" matches all; keys and other words are in lower case. */
export interface ActivityQuery {
  readonly subscriptionKey: string;
  /** Both included. */
  readonly fromMs: number;
  readonly untilMs: number;
  readonly correlationId: string;
  readonly resourceKey: string;
  /** The key of a resource group: matches activities on the group and on all resources in it. */
  readonly groupKey: string;
  /** A namespace: `microsoft.cache`. */
  readonly provider: string;
  readonly outcome: string;
  /** An object id or a name. */
  readonly caller: string;
}

/** A page of activities, newest first, begins after this one. */
export interface ActivityCursor {
  readonly atMs: number;
  readonly seq: number;
}

const columns =
  "subscription_key, resource_key, resource_id, action, caller, caller_name, correlation_id, at_ms, outcome, request, detail";

const insert = prepare<Omit<ActivityRow, "seq">>(`
  insert into activities (${columns}) values (${parametersFor(columns)})`);

/** Only time has an index: another one would cost every write more than the rare query gains. */
const newestFirst = prepare<ActivityQuery & ActivityCursor & { limit: number }, ActivityRow>(`
  select seq, ${columns} from activities
  where at_ms >= :fromMs and at_ms <= :untilMs and subscription_key = :subscriptionKey
    and (at_ms < :atMs or (at_ms = :atMs and seq < :seq))
    and (:correlationId = '' or lower(correlation_id) = :correlationId)
    and (:resourceKey = '' or resource_key = :resourceKey)
    and (:groupKey = '' or resource_key = :groupKey
      or (resource_key >= :groupKey || '/' and resource_key < :groupKey || '0'))
    and (:provider = '' or (lower(action) >= :provider || '/' and lower(action) < :provider || '0'))
    and (:outcome = '' or lower(outcome) = :outcome)
    and (:caller = '' or caller = :caller or lower(caller_name) = :caller)
  order by at_ms desc, seq desc limit :limit`);

const forget = prepare<{ beforeMs: number }>(`
  delete from activities where at_ms < :beforeMs`);

/** Adds a row to the activity log, for a write in the transaction that wrote. */
export async function recordActivity(tx: Transaction, activity: Activity): Promise<void> {
  await tx.all(insert, {
    subscription_key: activity.subscriptionKey,
    resource_key: activity.resourceId.toLowerCase(),
    resource_id: activity.resourceId,
    action: activity.action,
    caller: activity.caller,
    caller_name: activity.callerName,
    correlation_id: activity.correlationId,
    at_ms: activity.atMs,
    outcome: activity.outcome,
    request: JSON.stringify(activity.request),
    detail: JSON.stringify(activity.detail),
  });
}

/** The activities that match, newest first. */
export async function findActivities(
  from: Queryable,
  query: ActivityQuery,
  page: { after: ActivityCursor; limit: number },
): Promise<StoredActivity[]> {
  const rows = await from.all(newestFirst, { ...query, ...page.after, limit: page.limit });
  return rows.map(toActivity);
}

/** Removes activities from before a time. */
export async function forgetActivitiesBefore(tx: Transaction, beforeMs: number): Promise<void> {
  await tx.all(forget, { beforeMs });
}

const toActivity = (row: ActivityRow): StoredActivity => ({
  seq: row.seq,
  subscriptionKey: row.subscription_key,
  resourceId: row.resource_id,
  action: row.action,
  caller: row.caller,
  callerName: row.caller_name,
  correlationId: row.correlation_id,
  atMs: row.at_ms,
  outcome: row.outcome,
  request: JSON.parse(row.request) as object,
  detail: JSON.parse(row.detail) as object,
});
