import { notSupportedHere } from "../../../arm/errors.ts";
import { isUuid } from "../../../kernel/ids.ts";
import type { Principal } from "../../../store/principals.ts";
import {
  assignmentExists,
  invalidName,
  invalidPrincipalId,
  principalNotFound,
  principalTypeMismatch,
  roleNotFound,
  updateNotPermitted,
} from "../errors.ts";
import type { assignmentSchema } from "./assignment-body.ts";
import type { AssignmentDocument, PrincipalType, StoredAssignment } from "./assignment.ts";

/** What a caller may say of an assignment. */
export interface AssignmentDraft extends Omit<AssignmentDocument, "principalType" | "createdBy" | "updatedBy"> {
  readonly principalType: PrincipalType | undefined;
}

const rolePattern = /\/providers\/microsoft\.authorization\/roledefinitions\/([^/]+)\/?$/i;

/** Refuses names that are no GUID. */
export function checkAssignmentName(name: string): void {
  if (!isUuid(name)) throw invalidName("assignment", name);
}

/** Reads an assignment from a body. @throws ArmError naming what is wrong. */
export function readAssignmentDraft({ properties }: ReturnType<typeof assignmentSchema.parse>): AssignmentDraft {
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

/**
 * What kind of principal is meant. Whoever says so may assign roles to a principal that nobody has heard of yet, as in
 * Azure. @throws ArmError for an unknown principal of unknown kind, and for a known one of another kind.
 */
export function principalTypeOf(
  { principalId, principalType }: AssignmentDraft,
  known: Principal | undefined,
  tenantId: string,
): PrincipalType {
  if (known === undefined) {
    if (principalType === undefined) throw principalNotFound(principalId, tenantId);
    return principalType;
  }
  const is = known.kind === "User" ? "User" : "ServicePrincipal";
  if (principalType !== undefined && principalType !== is) {
    throw principalTypeMismatch({ principalId, is, said: principalType });
  }
  return is;
}

/**
 * An assignment is made once: the same role for the same principal at the same scope has one name, and a name stands
 * for one assignment. `others` are those of the subscription. @throws ArmError
 */
export function checkUnique(
  wanted: { key: string; parentKey: string } & Pick<AssignmentDocument, "roleId" | "principalId">,
  others: readonly StoredAssignment[],
): void {
  const name = nameOf(wanted.key);
  for (const { key, parentKey, document } of others) {
    const grantsSame = document.roleId === wanted.roleId && document.principalId === wanted.principalId;
    if (nameOf(key) === name && (key !== wanted.key || !grantsSame)) throw updateNotPermitted();
    if (nameOf(key) !== name && parentKey === wanted.parentKey && grantsSame) throw assignmentExists(nameOf(key));
  }
}

const nameOf = (key: string): string => key.slice(key.lastIndexOf("/") + 1);
