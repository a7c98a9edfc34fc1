import { setImmediate } from "node:timers/promises";
import { activitiesOf, type Activity, type NewActivityRow, type StoredActivity } from "./activity-rows.ts";
import { prepare } from "./prepared.ts";
import type { ActivityRow } from "./schema.ts";
import type { Queryable, Transaction } from "./store.ts";

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

/** `seq` is that of the first activity; those after it in the row have the numbers that follow. */
export const insertActivities = prepare<NewActivityRow>(`
  insert into activities (seq, subscription_key, at_ms, size, entries)
  values (
    coalesce((select seq + size from activities order by seq desc limit 1), 1),
    :subscription_key, :at_ms, :size, :entries
  )`);

/** Rows after a cursor. Only time has an index: another one would cost every write more than the rare query gains. */
export const newestFirst = prepare<
  ActivityCursor & { subscriptionKey: string; fromMs: number; limit: number },
  ActivityRow
>(`
  select seq, subscription_key, at_ms, size, entries from activities
  where (at_ms, seq) < (:atMs, :seq) and at_ms >= :fromMs and subscription_key = :subscriptionKey
  order by at_ms desc, seq desc limit :limit`);

const forget = prepare<{ beforeMs: number }>(`
  delete from activities where at_ms < :beforeMs`);

/** Adds to the activity log, for a write in the transaction that wrote. */
export function recordActivity(tx: Transaction, activity: Activity): void {
  tx.activities.add(activity);
}

/** A search for what is rare goes through the whole log: other requests are served after each so many rows. */
const maxRowsAtOnce = 200;

/** The activities that match, newest first; a transaction finds its own too. */
export async function findActivities(
  from: Queryable | Transaction,
  query: ActivityQuery,
  page: { after: ActivityCursor; limit: number },
): Promise<StoredActivity[]> {
  const isTransaction = "activities" in from;
  if (isTransaction) from.activities.write();
  const { after, limit } = page;
  const mayMatch = textTest(query);
  const found: StoredActivity[] = [];
  let cursor = after.atMs > query.untilMs ? { atMs: query.untilMs + 1, seq: 0 } : after;
  for (;;) {
    const rows = await readRows(from, query, { after: cursor, limit });
    for (const row of rows) {
      cursor = { atMs: row.at_ms, seq: row.seq };
      if (!mayMatch(row.entries)) continue;
      const activities = activitiesOf(row).filter((each) => isBefore(each, after) && matches(each, query));
      found.push(...activities.toReversed());
      if (found.length >= limit) return found.slice(0, limit);
    }
    if (rows.length === 0) return found;
    if (!isTransaction) await setImmediate();
  }
}

/** Rows after the cursor; each has one activity or more. */
const readRows = (
  from: Queryable,
  { subscriptionKey, fromMs }: ActivityQuery,
  { after, limit }: { after: ActivityCursor; limit: number },
): Promise<ActivityRow[]> =>
  from.all(newestFirst, { ...after, subscriptionKey, fromMs, limit: Math.min(limit, maxRowsAtOnce) });

const isBefore = ({ atMs, seq }: ActivityCursor, other: ActivityCursor): boolean =>
  atMs < other.atMs || (atMs === other.atMs && seq < other.seq);

type Criterion = Exclude<keyof ActivityQuery, "subscriptionKey" | "fromMs" | "untilMs">;

/** Whether an activity has what a query asks for, where that is not "". */
const criteria: Readonly<Record<Criterion, (activity: Activity, asked: string) => boolean>> = {
  correlationId: ({ correlationId }, asked) => correlationId.toLowerCase() === asked,
  resourceKey: ({ resourceId }, asked) => resourceId.toLowerCase() === asked,
  groupKey: ({ resourceId }, asked) => `${resourceId.toLowerCase()}/`.startsWith(`${asked}/`),
  provider: ({ action }, asked) => action.toLowerCase().startsWith(`${asked}/`),
  outcome: ({ outcome }, asked) => outcome.toLowerCase() === asked,
  caller: ({ caller, callerName }, asked) => caller === asked || callerName.toLowerCase() === asked,
};

const criterionNames = Object.keys(criteria) as Criterion[];

const matches = (activity: Activity, query: ActivityQuery): boolean =>
  criterionNames.every((name) => query[name] === "" || criteria[name](activity, query[name]));

/** JSON writes these characters as they are. */
const unescaped = /^[ !#-[\]-~]+$/;

/** Whether a row's text has the words that a query asks for: finds out without parsing, which takes several times longer. */
function textTest(query: ActivityQuery): (entries: string) => boolean {
  const words = criterionNames.map((name) => query[name]).filter((word) => unescaped.test(word));
  return (entries) => {
    if (words.length === 0) return true;
    const text = entries.toLowerCase();
    return words.every((word) => text.includes(word));
  };
}

/** Removes activities from before a time. */
export async function forgetActivitiesBefore(tx: Transaction, beforeMs: number): Promise<void> {
  tx.activities.write();
  await tx.change(forget, { beforeMs });
}
