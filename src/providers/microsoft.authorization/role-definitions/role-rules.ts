import { notSupportedHere } from "../../../arm/errors.ts";
import { isUuid } from "../../../kernel/ids.ts";
import type { Permission } from "../access/permissions.ts";
import {
  assignableScopesMissing,
  builtInRoleExists,
  invalidAssignableScope,
  invalidName,
  invalidRoleType,
  roleNameMissing,
  roleNameTaken,
} from "../errors.ts";
import { covers, scopeKey } from "../scopes.ts";
import type { Role } from "./role.ts";
import type { roleSchema } from "./role-body.ts";

/** What a caller may say of a custom role. */
export type RoleDraft = Pick<Role, "roleName" | "description" | "assignableScopes" | "permissions">;

/** The GUID that a path names a role by, in lower case. @throws ArmError for another name. */
export function readRoleId(name: string): string {
  if (!isUuid(name)) throw invalidName("definition", name);
  return name.toLowerCase();
}

/** Reads a custom role from a body, missing lists as empty. @throws ArmError naming what is wrong. */
export function readRoleDraft({ properties }: ReturnType<typeof roleSchema.parse>): RoleDraft {
  const { roleName, type, description, permissions, assignableScopes } = properties;
  if (type?.toLowerCase() === "builtinrole") throw invalidRoleType("The type of a custom role must be 'CustomRole'.");
  if (roleName === undefined || roleName === null || roleName === "") throw roleNameMissing();
  const scopes = assignableScopes ?? [];
  if (scopes.length === 0) throw assignableScopesMissing();
  for (const [index, scope] of scopes.entries()) {
    if (!isAssignableScope(scope)) throw invalidAssignableScope(scope, index);
  }
  return {
    roleName,
    description: description ?? "",
    assignableScopes: scopes,
    permissions: permissions.map(toPermission),
  };
}

/** The tenant's root is for Azure's own roles alone (documented). */
function isAssignableScope(scope: string): boolean {
  const [first, kind = "", id = ""] = scope.split("/");
  if (first !== "") return false;
  return kind.toLowerCase() === "subscriptions" ? isUuid(id) : kind.toLowerCase() === "providers" && id !== "";
}

type GivenPermission = ReturnType<typeof roleSchema.parse>["properties"]["permissions"][number];

function toPermission({ actions, notActions, dataActions, notDataActions, condition }: GivenPermission): Permission {
  if (condition !== undefined && condition !== null && condition !== "") {
    throw notSupportedHere("A condition of a custom role");
  }
  return {
    actions: actions ?? [],
    notActions: notActions ?? [],
    dataActions: dataActions ?? [],
    notDataActions: notDataActions ?? [],
  };
}

/** Azure's own roles stay as they are, and names are used once in a tenant. @throws ArmError */
export function checkRoleName(draft: RoleDraft, roleId: string, roles: readonly Role[]): void {
  const existing = roles.find((role) => role.roleId === roleId);
  if (existing?.type === "BuiltInRole") throw builtInRoleExists(roleId);
  const name = draft.roleName.toLowerCase();
  if (roles.some((role) => role.roleId !== roleId && role.roleName.toLowerCase() === name)) throw roleNameTaken();
}

/** Whether a role may be assigned at a scope. */
export const isAssignableAt = ({ assignableScopes }: Role, scope: string): boolean =>
  assignableScopes.some((assignable) => covers(scopeKey(assignable), scopeKey(scope)));

/** Whether a role may be assigned somewhere below a scope. */
export const isAssignableBelow = ({ assignableScopes }: Role, scope: string): boolean =>
  assignableScopes.some((assignable) => covers(scopeKey(scope), scopeKey(assignable)));
