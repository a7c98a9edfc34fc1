import { bodySchema } from "../../../arm/body-schema.ts";
import type { ArmRequest } from "../../../arm/resource-type.ts";
import { sevenDigits } from "../time.ts";
import type { Role } from "./role.ts";

const actions = { type: ["array", "null"], items: { type: "string" } } as const;
const optionalString = { type: ["string", "null"] } as const;

/** What a PUT takes. What else clients send back of a role is let through and ignored. */
export const roleSchema = bodySchema(
  {
    type: "object",
    required: ["properties"],
    properties: {
      properties: {
        type: "object",
        required: ["permissions"],
        properties: {
          roleName: optionalString,
          type: optionalString,
          description: optionalString,
          permissions: {
            type: "array",
            items: {
              type: "object",
              properties: {
                actions,
                notActions: actions,
                dataActions: actions,
                notDataActions: actions,
                condition: optionalString,
              },
            },
          },
          assignableScopes: { type: ["array", "null"], items: { type: "string" } },
        },
      },
    },
  },
  "gateway",
);

/** The id of a role as it is seen from where a request is made: any role is in every subscription. */
export function roleIdIn({ path }: Pick<ArmRequest, "path">, roleId: string): string {
  const subscription = path.subscriptionId === undefined ? "" : `/subscriptions/${path.subscriptionId}`;
  return `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roleId}`;
}

/** A role as clients read it (recorded); the answer to a PUT does not tell who created it. */
export function roleBody(request: Pick<ArmRequest, "path" | "method">, role: Role): object {
  const { roleId, roleName, type, description, assignableScopes, permissions, createdBy, updatedBy } = role;
  return {
    properties: {
      roleName,
      type,
      description,
      assignableScopes,
      permissions,
      createdOn: timeOf(role.createdAtMs),
      updatedOn: timeOf(role.updatedAtMs),
      createdBy: request.method === "PUT" ? null : createdBy,
      updatedBy,
    },
    id: roleIdIn(request, roleId),
    type: "Microsoft.Authorization/roleDefinitions",
    name: roleId,
  };
}

const timeOf = (atMs: number | undefined): string | null => (atMs === undefined ? null : sevenDigits(atMs));
