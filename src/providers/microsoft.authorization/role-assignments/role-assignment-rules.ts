import { nameOf } from "../../../arm/resource-id.ts";
import type { Principal } from "../../../store/principals.ts";
import type { AssignmentDocument, PrincipalType, StoredAssignment } from "./role-assignment.ts";
import { assignmentExists, principalNotFound, principalTypeMismatch, updateNotPermitted } from "../errors.ts";
import type { AssignmentDraft } from "./role-assignment-request.ts";

/**
 * The type of the principal. A request with a type may assign roles to an unknown principal, as in Azure.
 * @throws ArmError for an unknown principal without a type, and for a known one of another type.
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
 * An assignment is unique: the same role for the same principal at the same scope has one name, and a name stands
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
