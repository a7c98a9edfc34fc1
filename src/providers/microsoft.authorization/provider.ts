import { operationsListType } from "../../arm/operations-list.ts";
import type { ResourceType } from "../../arm/resource-type.ts";
import { authorizationNamespace, type AuthorizationServices } from "./extension-type.ts";
import { lockType } from "./locks/lock.ts";
import { checkAccessType } from "./permissions/check-access.ts";
import { permissionsType } from "./permissions/permissions.ts";
import { roleAssignmentType } from "./role-assignments/role-assignment-type.ts";
import { roleDefinitionType } from "./role-definitions/role-definition-type.ts";

/** Microsoft.Authorization: roles, their assignments, what callers may do, and locks. */
export function microsoftAuthorization(services: AuthorizationServices): ResourceType[] {
  const types = [
    roleDefinitionType(services),
    roleAssignmentType(services),
    permissionsType(services),
    checkAccessType(services),
    lockType(services),
  ];
  return [...types, operationsListType(authorizationNamespace, types)];
}
