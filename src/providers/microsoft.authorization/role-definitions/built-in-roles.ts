import { readFileSync } from "node:fs";
import type { Role } from "./role.ts";

/** The id of the role that stands for everything. */
const ownerId = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";

/** When Azure made a role, as far as recordings tell; its documentation does not. */
const recordedDates: Readonly<Record<string, string>> = {
  [ownerId]: "2015-02-02T21:55:09.880Z",
  "b24988ac-6180-42a0-ab88-20f7382dd24c": "2015-02-02T21:55:09.880Z",
  "acdd72a7-3385-48ef-bd42-f606fba81ae7": "2015-02-02T21:55:09.880Z",
  "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "2015-02-02T21:55:09.880Z",
  "4d97b98b-1d4f-4787-a291-c67834d212e7": "2015-06-02T00:18:27.354Z",
  "e0f68234-74aa-48ed-b826-c38b57376e17": "2015-02-02T21:55:09.880Z",
};

type Documented = Pick<Role, "roleId" | "roleName" | "description" | "assignableScopes" | "permissions">;

let roles: ReadonlyMap<string, Role> | undefined;

/** Read when they are first asked for: a server that nobody asks for roles starts without them. */
function rolesById(): ReadonlyMap<string, Role> {
  roles ??= new Map(readRoles().map((role) => [role.roleId, toRole(role)]));
  return roles;
}

/**
 * The data are those of Microsoft's documentation (2026), which `scripts/built-in-roles.js` reads. Note that Redis Cache Contributor
 * grants nothing on redisEnterprise: so it is in Azure.
 */
const readRoles = (): Documented[] =>
  JSON.parse(readFileSync(new URL("built-in-roles.json", import.meta.url), "utf8")) as Documented[];

function toRole(role: Documented): Role {
  const date = recordedDates[role.roleId];
  const createdAtMs = date === undefined ? undefined : Date.parse(date);
  return { ...role, type: "BuiltInRole", createdAtMs, updatedAtMs: createdAtMs, createdBy: null, updatedBy: null };
}

/** Azure's own roles, by name. */
export const builtInRoles = (): readonly Role[] => [...rolesById().values()];

/** Azure's own role with this GUID, in lower case. */
export const findBuiltInRole = (roleId: string): Role | undefined => rolesById().get(roleId);

/** The role that stands for everything. */
export function ownerRole(): Role {
  const role = findBuiltInRole(ownerId);
  if (role === undefined) throw new Error("The data of built-in roles have no Owner.");
  return role;
}
