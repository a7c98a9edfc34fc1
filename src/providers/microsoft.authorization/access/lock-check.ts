import type { LockedScopes } from "../../../arm/pipeline/exchange.ts";
import { subscriptionKeyOf } from "../../../arm/resource-id.ts";
import type { Store } from "../../../store/store.ts";
import { TypeMemo } from "../../../store/type-memo.ts";
import { covers, scopeOf } from "../scopes.ts";
import type { LockLevel } from "../locks/lock-request.ts";
import { lockKind } from "../locks/lock.ts";

/** A scope with a lock. */
export interface LockedScope {
  readonly scope: string;
  readonly scopeKey: string;
  readonly level: LockLevel;
}

/**
 * The scopes whose locks forbid an operation. A lock applies to its scope and everything below. It also forbids to delete
 * what is above, because that would delete the locked scope too.
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

/** Makes the check of locks, which are in memory and read again after one was written. */
export function createLockCheck({ store }: { store: Store }): LockedScopes {
  const memo = new TypeMemo<readonly LockedScope[]>(store, [lockKind.typeKey]);
  return ({ resourceId, operation }) => {
    const subscriptionKey = subscriptionKeyOf(resourceId);
    if (subscriptionKey === "") return [];
    const judge = (locks: readonly LockedScope[]): readonly string[] =>
      locks.length === 0 ? [] : scopesAgainst(locks, { key: resourceId.toLowerCase(), operation });
    const known = memo.known(subscriptionKey);
    return known === undefined
      ? memo.get(subscriptionKey, () => readLocks(store, subscriptionKey)).then(judge)
      : judge(known);
  };
}

const readLocks = async (store: Store, subscriptionKey: string): Promise<LockedScope[]> =>
  (await lockKind.inSubscription(store, subscriptionKey)).map(({ id, key, document }) => ({
    scope: scopeOf(id),
    scopeKey: scopeOf(key),
    level: document.level,
  }));
