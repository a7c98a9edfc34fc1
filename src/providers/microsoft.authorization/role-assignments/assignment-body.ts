import { bodySchema } from "../../../arm/body-schema.ts";
import type { ArmRequest } from "../../../arm/resource-type.ts";
import { roleIdIn } from "../role-definitions/role-body.ts";
import { scopeOf, scopeText } from "../scopes.ts";
import { sevenDigits } from "../time.ts";
import { principalTypes } from "./assignment.ts";
import type { StoredAssignment } from "./assignment.ts";

const optionalString = { type: ["string", "null"] } as const;

/** What a PUT takes; what else clients send back of an assignment is let through and ignored. */
export const assignmentSchema = bodySchema(
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

/** An assignment as clients read it (recorded 2025); the answer to a PUT does not tell who created it. */
export function assignmentBody(request: Pick<ArmRequest, "path" | "method">, assignment: StoredAssignment): object {
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
    type: "Microsoft.Authorization/roleAssignments",
    name: id.slice(id.lastIndexOf("/") + 1),
  };
}
