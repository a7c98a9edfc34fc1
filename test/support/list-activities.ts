import { findActivities } from "../../src/store/activities.ts";
import type { StoredActivity } from "../../src/store/activity-rows.ts";
import type { Queryable } from "../../src/store/store.ts";

const anyTime = { fromMs: 0, untilMs: Number.MAX_SAFE_INTEGER };
const anything = { correlationId: "", groupKey: "", provider: "", outcome: "", caller: "" };
const newest = { after: { atMs: Number.MAX_SAFE_INTEGER, seq: 0 }, limit: 1_000 };

/** What was done to one resource, oldest first. */
export async function listActivities(from: Queryable, resourceId: string): Promise<StoredActivity[]> {
  const resourceKey = resourceId.toLowerCase();
  const [, , subscriptionKey = ""] = resourceKey.startsWith("/subscriptions/") ? resourceKey.split("/") : [];
  const found = await findActivities(from, { ...anyTime, ...anything, subscriptionKey, resourceKey }, newest);
  return found.toReversed();
}
