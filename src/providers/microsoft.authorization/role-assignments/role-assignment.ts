import { nameOf } from "../../../arm/resource-id.ts";
import { resourceKind } from "../../../arm/resource-kind.ts";
import type { ArmRequest } from "../../../arm/resource-type.ts";
import type { StoredResource } from "../../../store/store.ts";
import { roleIdIn, sevenDigits } from "../role-definitions/role-definition.ts";
import { scopeOf, scopeText } from "../scopes.ts";

export const principalTypes = ["User", "Group", "ServicePrincipal", "ForeignGroup", "Device"] as const;
export type PrincipalType = (typeof principalTypes)[number];

/** A stored role assignment; its scope is its parent. */
export interface AssignmentDocument {
  /** The role's GUID, in lower case. */
  readonly roleId: string;
  /** In lower case. */
  readonly principalId: string;
  readonly principalType: PrincipalType;
  readonly description: string | null;
  readonly delegatedManagedIdentityResourceId: string | null;
  /** The object ids of its creator and of the last to change it. */
  readonly createdBy: string;
  readonly updatedBy: string;
}

export type StoredAssignment = StoredResource<AssignmentDocument>;

/** Assignments above all subscriptions are in the subscription "". */
export const assignmentKind = resourceKind<AssignmentDocument>("Microsoft.Authorization", ["roleAssignments"]);

/** An assignment as clients read it (recorded 2025); the response to a PUT leaves out its creator. */
export function roleAssignmentBody(request: ArmRequest, assignment: StoredAssignment): object {
  const { id, createdAtMs, updatedAtMs, document } = assignment;
  const { roleId, principalId, principalType, description, delegatedManagedIdentityResourceId } = document;
  return {
    properties: {
      roleDefinitionId: roleIdIn(request, roleId),
      principalId,
      principalType,
      scope: scopeText(scopeOf(id)),
      condition: null,
      conditionVersion: null,
      createdOn: sevenDigits(createdAtMs),
      updatedOn: sevenDigits(updatedAtMs),
      createdBy: request.method === "PUT" ? null : document.createdBy,
      updatedBy: document.updatedBy,
      delegatedManagedIdentityResourceId,
      description,
    },
    id,
    type: assignmentKind.type,
    name: nameOf(id),
  };
}
