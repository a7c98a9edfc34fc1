import { actionPattern } from "./action-pattern.ts";
import type { ActionPattern } from "./action-pattern.ts";

/** What a role grants: what its actions stand for, without what its notActions stand for; likewise for data. */
export interface Permission {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly dataActions: readonly string[];
  readonly notDataActions: readonly string[];
  /** What Azure asks of a request for the actions that it names; some of Azure's own roles have one. */
  readonly condition?: string;
  readonly conditionVersion?: string;
}

/** Permissions, ready to be asked; actions in lower case. */
export interface CompiledPermissions {
  readonly allows: ActionPattern;
  readonly allowsData: ActionPattern;
}

/** Compiles a role's permissions. Each stands alone: what one takes away another may grant (documented). */
export function compilePermissions(permissions: readonly Permission[]): CompiledPermissions {
  const actions = permissions.map((each) => difference(each.actions, [...each.notActions, ...conditional(each)]));
  const dataActions = permissions.map((each) =>
    difference(each.dataActions, [...each.notDataActions, ...conditional(each)]),
  );
  return {
    allows: (action) => actions.some((matches) => matches(action)),
    allowsData: (action) => dataActions.some((matches) => matches(action)),
  };
}

/**
 * The actions that a permission grants under a condition. Conditions are not evaluated: what depends on one is not granted,
 * so that nobody may do more than in Azure. One that names no action is about all of them.
 */
function conditional({ condition }: Permission): readonly string[] {
  if (condition === undefined) return [];
  const named = [...condition.matchAll(/ActionMatches\s*\{\s*'([^']+)'/gi)].map(([, action = "*"]) => action);
  return named.length === 0 ? ["*"] : named;
}

function difference(granted: readonly string[], excepted: readonly string[]): ActionPattern {
  const grants = granted.map(actionPattern);
  const exceptions = excepted.map(actionPattern);
  return (action) => grants.some((matches) => matches(action)) && !exceptions.some((matches) => matches(action));
}
