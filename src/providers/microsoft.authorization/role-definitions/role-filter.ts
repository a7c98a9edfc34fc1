import { parseFilterTerms } from "../../../arm/filter-terms.ts";
import type { FilterTerm } from "../../../arm/filter-terms.ts";
import { unsupportedFilter } from "../errors.ts";
import { isAssignableAt, isAssignableBelow } from "./role-rules.ts";
import type { Role } from "./role.ts";

const supported = "'roleName eq '{value}'', 'type eq '{value}'' or 'atScopeAndBelow()'";

/**
 * Which roles a list at a scope shows: those that can be assigned there, and with `atScopeAndBelow()` those that can be
 * below; names and types match in any case (recorded). @throws ArmError for another filter.
 */
export function roleFilter(text: string, scope: string): (role: Role) => boolean {
  const terms = parseFilterTerms(text);
  if (terms?.every(isSupported) !== true) throw unsupportedFilter(text, supported);
  const withBelow = terms.some(({ kind }) => kind === "call");
  return (role) =>
    (isAssignableAt(role, scope) || (withBelow && isAssignableBelow(role, scope))) &&
    terms.every((term) => matches(term, role));
}

function isSupported(term: FilterTerm): boolean {
  if (term.kind === "call") return term.name === "atscopeandbelow" && term.argument === undefined;
  return (term.property === "rolename" || term.property === "type") && term.operator === "eq";
}

function matches(term: FilterTerm, { roleName, type }: Role): boolean {
  if (term.kind === "call") return true;
  return (term.property === "type" ? type : roleName).toLowerCase() === term.value.toLowerCase();
}
