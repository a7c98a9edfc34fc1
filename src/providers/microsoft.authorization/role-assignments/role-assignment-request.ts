import { bodySchema } from "../../../arm/body-schema.ts";
import { notSupportedHere } from "../../../arm/errors.ts";
import { parseFilterTerms, type FilterTerm } from "../../../arm/filter-terms.ts";
import { isUuid } from "../../../kernel/ids.ts";
import type { Json } from "../../../kernel/json.ts";
import { principalTypes } from "./role-assignment.ts";
import type { AssignmentDocument, PrincipalType, StoredAssignment } from "./role-assignment.ts";
import { invalidName, invalidPrincipalId, roleNotFound, unsupportedFilter } from "../errors.ts";
import { covers, scopeKey } from "../scopes.ts";

const optionalString = { type: ["string", "null"] } as const;

/** The body of a PUT; other properties that clients send back are ignored. */
const assignmentSchema = bodySchema(
  {
    type: "object",
    required: ["properties"],
    properties: {
      properties: {
        type: "object",
        required: ["roleDefinitionId", "principalId"],
        properties: {
          roleDefinitionId: { type: "string" },
          principalId: { type: "string" },
          principalType: { type: ["string", "null"], enum: [...principalTypes, null] },
          description: optionalString,
          condition: optionalString,
          delegatedManagedIdentityResourceId: optionalString,
        },
      },
    },
  },
  "gateway",
);

/** The properties of an assignment that a caller sets. */
export interface AssignmentDraft extends Omit<AssignmentDocument, "principalType" | "createdBy" | "updatedBy"> {
  readonly principalType: PrincipalType | undefined;
}

const rolePattern = /\/providers\/microsoft\.authorization\/roledefinitions\/([^/]+)\/?$/i;

/** Reads an assignment from a body. @throws ArmError naming what is wrong. */
export function readAssignmentDraft(body: Json | undefined): AssignmentDraft {
  const { properties } = assignmentSchema.parse(body);
  const { roleDefinitionId, principalId, principalType, condition } = properties;
  const roleId = rolePattern.exec(roleDefinitionId)?.[1] ?? roleDefinitionId;
  if (!isUuid(roleId)) throw roleNotFound(roleDefinitionId);
  if (!isUuid(principalId)) throw invalidPrincipalId();
  if (condition !== undefined && condition !== null && condition !== "") {
    throw notSupportedHere("A condition of a role assignment");
  }
  return {
    roleId: roleId.toLowerCase(),
    principalId: principalId.toLowerCase(),
    principalType: principalType ?? undefined,
    description: properties.description ?? null,
    delegatedManagedIdentityResourceId: properties.delegatedManagedIdentityResourceId ?? null,
  };
}

/** Refuses names that are not GUIDs. */
export function checkAssignmentName(name: string): void {
  if (!isUuid(name)) throw invalidName("assignment", name);
}

const supported = "'atScope()' or 'principalId eq '{value}' or assignedTo('{value}')'";

/**
 * Which assignments a list at a scope shows: those at it, above and below, with `atScope()` not those below; with a
 * principal only its own. @throws ArmError for another filter.
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

/** There are no groups, so `assignedTo` and `principalId` mean the same. */
function principalOf(term: FilterTerm): string[] {
  const principalId = term.kind === "call" ? term.argument : term.value;
  return principalId === undefined ? [] : [principalId.toLowerCase()];
}
