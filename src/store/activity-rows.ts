import type { ActivityOutcome, ActivityRow } from "./schema.ts";

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

/** How an activity stands in its row, which has its time and subscription. The migration of older rows writes it too. */
type Entry = readonly [
  resourceId: string,
  action: string,
  caller: string,
  callerName: string,
  correlationId: string,
  outcome: ActivityOutcome,
  request: object,
  detail: object,
];

/** Bounds what is read for a page that needs one activity of a row. */
const maxEntries = 256;

/** What `PendingActivities` has of a row, whose place in the table is not known yet. */
export type NewActivityRow = Omit<ActivityRow, "seq">;

interface Open {
  readonly subscriptionKey: string;
  readonly atMs: number;
  readonly entries: Entry[];
}

/**
 * The activities of a transaction that are not written yet. A row costs more to insert than all that is in it: those of one
 * millisecond and subscription share one, so that the rows have an order by time as the activities do.
 */
export class PendingActivities {
  #open: Open[] = [];

  add(activity: Activity): void {
    const { subscriptionKey, atMs, resourceId, action, caller, callerName, correlationId } = activity;
    const { outcome, request, detail } = activity;
    let row = this.#open.findLast((each) => each.atMs === atMs && each.subscriptionKey === subscriptionKey);
    if (row === undefined || row.entries.length >= maxEntries) {
      row = { subscriptionKey, atMs, entries: [] };
      this.#open.push(row);
    }
    row.entries.push([resourceId, action, caller, callerName, correlationId, outcome, request, detail]);
  }

  /** The rows to write, in order; afterwards there are none. */
  take(): NewActivityRow[] {
    const open = this.#open;
    if (open.length > 0) this.#open = [];
    return open.map(({ subscriptionKey, atMs, entries }) => ({
      subscription_key: subscriptionKey,
      at_ms: atMs,
      size: entries.length,
      entries: JSON.stringify(entries),
    }));
  }
}

/** The activities of a row, in the order of recording. */
export function activitiesOf(row: ActivityRow): StoredActivity[] {
  const entries = JSON.parse(row.entries) as Entry[];
  return entries.map(
    ([resourceId, action, caller, callerName, correlationId, outcome, request, detail], index): StoredActivity => ({
      seq: row.seq + index,
      subscriptionKey: row.subscription_key,
      resourceId,
      action,
      caller,
      callerName,
      correlationId,
      atMs: row.at_ms,
      outcome,
      request,
      detail,
    }),
  );
}
