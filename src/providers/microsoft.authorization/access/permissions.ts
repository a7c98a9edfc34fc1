import { actionPattern } from "./action-pattern.ts";
import type { ActionPattern } from "./action-pattern.ts";

/** What a role grants: what its actions stand for, without what its notActions stand for; likewise for data. */
export interface Permission {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly dataActions: readonly string[];
  readonly notDataActions: readonly string[];
}

/** Permissions, ready to be asked; actions in lower case. */
export interface CompiledPermissions {
  readonly allows: ActionPattern;
  readonly allowsData: ActionPattern;
}

/** Compiles a role's permissions. Each stands alone: what one takes away another may grant (documented). */
export function compilePermissions(permissions: readonly Permission[]): CompiledPermissions {
  const actions = permissions.map((each) => difference(each.actions, each.notActions));
  const dataActions = permissions.map((each) => difference(each.dataActions, each.notDataActions));
  return {
    allows: (action) => actions.some((matches) => matches(action)),
    allowsData: (action) => dataActions.some((matches) => matches(action)),
  };
}

function difference(granted: readonly string[], excepted: readonly string[]): ActionPattern {
  const grants = granted.map(actionPattern);
  const exceptions = excepted.map(actionPattern);
  return (action) => grants.some((matches) => matches(action)) && !exceptions.some((matches) => matches(action));
}
