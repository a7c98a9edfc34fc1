import { isSame } from "../../../arm/resource-id.ts";
import { builtInRoleExists, roleNameTaken } from "../errors.ts";
import { covers, scopeKey } from "../scopes.ts";
import type { Role } from "./role-definition.ts";

/** Azure's own roles cannot be changed, and names are unique in a tenant. @throws ArmError */
export function checkRoleName(draft: Pick<Role, "roleName">, roleId: string, roles: readonly Role[]): void {
  const existing = roles.find((role) => role.roleId === roleId);
  if (existing?.type === "BuiltInRole") throw builtInRoleExists(roleId);
  if (roles.some((role) => role.roleId !== roleId && isSame(role.roleName, draft.roleName))) throw roleNameTaken();
}

/** Whether a role may be assigned at a scope. */
export const isAssignableAt = ({ assignableScopes }: Role, scope: string): boolean =>
  assignableScopes.some((assignable) => covers(scopeKey(assignable), scopeKey(scope)));

/** Whether a role may be assigned somewhere below a scope. */
export const isAssignableBelow = ({ assignableScopes }: Role, scope: string): boolean =>
  assignableScopes.some((assignable) => covers(scopeKey(scope), scopeKey(assignable)));
