import type { StoredResource } from "../../../store/resources.ts";
import type { Permission } from "../access/permissions.ts";

/** A role definition, Azure's own or a custom one. */
export interface Role {
  /** The GUID that names it, in lower case. */
  readonly roleId: string;
  readonly roleName: string;
  readonly type: "BuiltInRole" | "CustomRole";
  readonly description: string;
  readonly assignableScopes: readonly string[];
  readonly permissions: readonly Permission[];
  /** Undefined where it is not known of one of Azure's own. */
  readonly createdAtMs: number | undefined;
  readonly updatedAtMs: number | undefined;
  /** Object ids; null for Azure's own. */
  readonly createdBy: string | null;
  readonly updatedBy: string | null;
}

/** What is kept of a custom role. It belongs to the tenant, whichever subscription it is asked for in. */
export type RoleDocument = Pick<
  Role,
  "roleName" | "description" | "assignableScopes" | "permissions" | "createdBy" | "updatedBy"
>;

export const roleTypeKey = "microsoft.authorization/roledefinitions";

/** The id that a custom role is stored under. */
export const storedRoleId = (roleId: string): string => `/providers/Microsoft.Authorization/roleDefinitions/${roleId}`;

/** A stored custom role. */
export const customRole = ({ key, document, ...times }: StoredResource<RoleDocument>): Role => ({
  ...document,
  roleId: key.slice(key.lastIndexOf("/") + 1),
  type: "CustomRole",
  createdAtMs: times.createdAtMs,
  updatedAtMs: times.updatedAtMs,
});
