import { parseFilterTerms } from "../../../arm/filter-terms.ts";
import type { FilterTerm } from "../../../arm/filter-terms.ts";
import { unsupportedFilter } from "../errors.ts";
import { covers, scopeKey } from "../scopes.ts";
import type { StoredAssignment } from "./assignment.ts";

const supported = "'atScope()' or 'principalId eq '{value}' or assignedTo('{value}')'";

/**
 * Which assignments a list at a scope shows: those at it, above and below, with `atScope()` not those below; and of one
 * principal where that is asked for. @throws ArmError for another filter.
 */
export function assignmentFilter(text: string, scope: string): (assignment: StoredAssignment) => boolean {
  const terms = parseFilterTerms(text);
  if (terms?.every(isSupported) !== true) throw unsupportedFilter(text, supported);
  const key = scopeKey(scope);
  const withBelow = !terms.some((term) => term.kind === "call" && term.name === "atscope");
  const principals = terms.flatMap(principalOf);
  return ({ parentKey, document }) =>
    (covers(parentKey, key) || (withBelow && covers(key, parentKey))) &&
    principals.every((principalId) => principalId === document.principalId);
}

function isSupported(term: FilterTerm): boolean {
  if (term.kind === "comparison") return term.property === "principalid" && term.operator === "eq";
  return term.argument === undefined ? term.name === "atscope" : term.name === "assignedto";
}

/** There are no groups, so that being assigned something is being named. */
function principalOf(term: FilterTerm): string[] {
  const principalId = term.kind === "call" ? term.argument : term.value;
  return principalId === undefined ? [] : [principalId.toLowerCase()];
}
