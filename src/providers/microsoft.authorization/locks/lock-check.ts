import type { LockedScopes } from "../../../arm/pipeline/pipeline.ts";
import type { Store } from "../../../store/store.ts";
import { TypeMemo } from "../../../store/type-memo.ts";
import { covers, scopeOf, subscriptionKeyOf } from "../scopes.ts";
import { listLocks, lockTypeKey } from "./lock.ts";
import type { LockLevel } from "./lock.ts";

/** A scope and what may not be done to it. */
export interface LockedScope {
  readonly scope: string;
  readonly scopeKey: string;
  readonly level: LockLevel;
}

/**
 * The scopes whose locks stand against an operation. A lock holds for its scope and all below; nothing can be deleted
 * either while something below it is locked, for that would go as well.
 */
export function scopesAgainst(
  locks: readonly LockedScope[],
  { key, operation }: { key: string; operation: "write" | "delete" },
): string[] {
  const against = locks.filter(({ scopeKey, level }) =>
    operation === "delete"
      ? covers(scopeKey, key) || covers(key, scopeKey)
      : level === "ReadOnly" && covers(scopeKey, key),
  );
  return [...new Set(against.map(({ scope }) => scope))];
}

/** Makes the check of locks: they are in memory, and read again only once one was written. */
export function createLockCheck({ store }: { store: Store }): LockedScopes {
  const memo = new TypeMemo<readonly LockedScope[]>(store, [lockTypeKey]);
  return async ({ resourceId, operation }) => {
    const key = resourceId.toLowerCase();
    const subscriptionKey = subscriptionKeyOf(key);
    if (subscriptionKey === "") return [];
    const locks = await memo.get(subscriptionKey, () => readLocks(store, subscriptionKey));
    return locks.length === 0 ? [] : scopesAgainst(locks, { key, operation });
  };
}

const readLocks = async (store: Store, subscriptionKey: string): Promise<LockedScope[]> =>
  (await listLocks(store, subscriptionKey)).map(({ id, key, document }) => ({
    scope: scopeOf(id),
    scopeKey: scopeOf(key),
    level: document.level,
  }));
