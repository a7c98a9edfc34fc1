/** What a role grants: its actions without its notActions; likewise for data. */
export interface Permission {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly dataActions: readonly string[];
  readonly notDataActions: readonly string[];
  /** Azure's condition on requests for the actions that it names; some of Azure's own roles have one. */
  readonly condition?: string;
  readonly conditionVersion?: string;
}

/** Whether an action, in lower case, matches. */
type ActionPattern = (action: string) => boolean;

/** Compiled permissions; actions in lower case. */
export interface CompiledPermissions {
  readonly allows: ActionPattern;
  readonly allowsData: ActionPattern;
}

/** Compiles a role's permissions. Each stands alone: one may grant what another excludes (documented). */
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
 * so that nobody may do more than in Azure. A condition that names no action is about all of them.
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

/**
 * Compiles a pattern of actions: `*` matches any characters, slashes included, and may be anywhere; case does not matter
 * (documented). Takes linear time for any number of stars.
 */
export function actionPattern(pattern: string): ActionPattern {
  const [head = "", ...rest] = pattern.toLowerCase().split("*");
  const tail = rest.pop();
  if (tail === undefined) return (action) => action === head;
  if (head === "" && tail === "" && rest.length === 0) return () => true;
  return (action) => {
    if (!action.startsWith(head) || !action.endsWith(tail)) return false;
    const end = action.length - tail.length;
    let at = head.length;
    for (const part of rest) {
      const found = action.indexOf(part, at);
      if (found === -1 || found + part.length > end) return false;
      at = found + part.length;
    }
    return at <= end;
  };
}
