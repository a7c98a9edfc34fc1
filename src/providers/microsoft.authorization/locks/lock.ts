import { listInSubscription } from "../../../store/resources.ts";
import type { StoredResource } from "../../../store/resources.ts";
import type { Queryable } from "../../../store/store.ts";

export const lockLevels = ["CanNotDelete", "ReadOnly"] as const;
export type LockLevel = (typeof lockLevels)[number];

/** What is kept of a lock; what it is on is its parent. */
export interface LockDocument {
  readonly level: LockLevel;
  readonly notes: string | undefined;
}

export type StoredLock = StoredResource<LockDocument>;

export const lockTypeKey = "microsoft.authorization/locks";

/** The locks in a subscription. */
export const listLocks = (from: Queryable, subscriptionKey: string): Promise<StoredLock[]> =>
  listInSubscription<LockDocument>(from, { subscriptionKey, typeKey: lockTypeKey });
