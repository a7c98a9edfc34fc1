import { readFileSync } from "node:fs";
import { nameOf } from "../../../arm/resource-id.ts";
import { resourceKind } from "../../../arm/resource-kind.ts";
import type { ArmRequest } from "../../../arm/resource-type.ts";
import type { Queryable, StoredResource } from "../../../store/store.ts";
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
  /** Undefined for a role of Azure's own whose time is not known. */
  readonly createdAtMs: number | undefined;
  readonly updatedAtMs: number | undefined;
  /** Object ids; null for Azure's own. */
  readonly createdBy: string | null;
  readonly updatedBy: string | null;
}

/** The stored part of a custom role. It belongs to the tenant; it is visible in every subscription. */
type RoleDocument = Omit<Role, "roleId" | "type" | "createdAtMs" | "updatedAtMs">;

export const roleKind = resourceKind<RoleDocument>("Microsoft.Authorization", ["roleDefinitions"]);

/** The id under which a custom role is stored. */
export const storedRoleId = (roleId: string): string => `/providers/${roleKind.type}/${roleId}`;

/** A stored custom role. */
export const customRole = ({ key, document, createdAtMs, updatedAtMs }: StoredResource<RoleDocument>): Role => ({
  ...document,
  roleId: nameOf(key),
  type: "CustomRole",
  createdAtMs,
  updatedAtMs,
});

/** The role with this GUID, in any case. */
export async function findRole(from: Queryable, roleId: string): Promise<Role | undefined> {
  const builtIn = rolesById().get(roleId.toLowerCase());
  if (builtIn !== undefined) return builtIn;
  const stored = await roleKind.find(from, storedRoleId(roleId));
  return stored === undefined ? undefined : customRole(stored);
}

/** All roles: Azure's own first. */
export async function listRoles(from: Queryable): Promise<Role[]> {
  return [...builtInRoles(), ...(await roleKind.inSubscription(from, "")).map(customRole)];
}

/** The id of a role as a request sees it: every role is in every subscription. */
export function roleIdIn({ path }: Pick<ArmRequest, "path">, roleId: string): string {
  const subscription = path.subscriptionId === undefined ? "" : `/subscriptions/${path.subscriptionId}`;
  return `${subscription}/providers/${roleKind.type}/${roleId}`;
}

/** A role as clients read it (recorded); the response to a PUT leaves out its creator. */
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
    type: roleKind.type,
    name: roleId,
  };
}

const timeOf = (atMs: number | undefined): string | null => (atMs === undefined ? null : sevenDigits(atMs));

/** A time as Microsoft.Authorization writes it, with seven fractional digits: `2025-04-03T09:30:10.7790000Z` (recorded). */
export const sevenDigits = (atMs: number): string => new Date(atMs).toISOString().replace("Z", "0000Z");

/** Azure's own roles, by name. */
export const builtInRoles = (): readonly Role[] => [...rolesById().values()];

/** The role that may do everything. */
export function ownerRole(): Role {
  const role = rolesById().get(ownerId);
  if (role === undefined) throw new Error("The data of built-in roles have no Owner.");
  return role;
}

const ownerId = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";

let roles: ReadonlyMap<string, Role> | undefined;

/** Read at the first use, so that a server without role requests starts faster. */
function rolesById(): ReadonlyMap<string, Role> {
  roles ??= new Map(readRoles().map((role) => [role.roleId, toRole(role)]));
  return roles;
}

type Documented = Pick<Role, "roleId" | "roleName" | "description" | "assignableScopes" | "permissions">;

/**
 * The data are from Microsoft's documentation (2026), which `scripts/built-in-roles.js` reads. Redis Cache Contributor grants
 * nothing on redisEnterprise, as in Azure.
 */
const readRoles = (): Documented[] =>
  JSON.parse(readFileSync(new URL("built-in-roles.json", import.meta.url), "utf8")) as Documented[];

function toRole(role: Documented): Role {
  const date = recordedDates[role.roleId];
  const createdAtMs = date === undefined ? undefined : Date.parse(date);
  return { ...role, type: "BuiltInRole", createdAtMs, updatedAtMs: createdAtMs, createdBy: null, updatedBy: null };
}

/** When Azure made a role, where a recording shows it; the documentation does not. */
const recordedDates: Readonly<Record<string, string>> = {
  [ownerId]: "2015-02-02T21:55:09.880Z",
  "b24988ac-6180-42a0-ab88-20f7382dd24c": "2015-02-02T21:55:09.880Z",
  "acdd72a7-3385-48ef-bd42-f606fba81ae7": "2015-02-02T21:55:09.880Z",
  "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "2015-02-02T21:55:09.880Z",
  "4d97b98b-1d4f-4787-a291-c67834d212e7": "2015-06-02T00:18:27.354Z",
  "e0f68234-74aa-48ed-b826-c38b57376e17": "2015-02-02T21:55:09.880Z",
};
