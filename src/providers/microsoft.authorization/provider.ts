import { operationsListType } from "../../arm/operations-list.ts";
import type { Provider } from "../provider.ts";
import { authorizationNamespace } from "./extension-type.ts";
import { lockType } from "./locks/lock-type.ts";
import { checkAccessType } from "./permissions/check-access-type.ts";
import { permissionsType } from "./permissions/permissions-type.ts";
import { roleAssignmentType } from "./role-assignments/assignment-type.ts";
import { roleDefinitionType } from "./role-definitions/role-type.ts";
import type { AuthorizationServices } from "./services.ts";

/** Microsoft.Authorization: who has which role where, what they may do by it, and locks against doing it. */
export function microsoftAuthorization(services: AuthorizationServices): Provider {
  const types = [
    roleDefinitionType(services),
    roleAssignmentType(services),
    permissionsType(services),
    checkAccessType(services),
    lockType(services),
  ];
  return { types: [...types, operationsListType(authorizationNamespace, types)], kinds: [] };
}
