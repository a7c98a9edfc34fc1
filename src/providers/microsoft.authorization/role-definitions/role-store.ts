import { findResource, listInSubscription } from "../../../store/resources.ts";
import type { Queryable } from "../../../store/store.ts";
import { builtInRoles, findBuiltInRole } from "./built-in-roles.ts";
import { customRole, roleTypeKey, storedRoleId } from "./role.ts";
import type { Role, RoleDocument } from "./role.ts";

/** The role with this GUID, in any case. */
export async function findRole(from: Queryable, roleId: string): Promise<Role | undefined> {
  const builtIn = findBuiltInRole(roleId.toLowerCase());
  if (builtIn !== undefined) return builtIn;
  const stored = await findResource<RoleDocument>(from, storedRoleId(roleId));
  return stored === undefined ? undefined : customRole(stored);
}

/** All roles: Azure's own first. */
export async function listRoles(from: Queryable): Promise<Role[]> {
  const stored = await listInSubscription<RoleDocument>(from, { subscriptionKey: "", typeKey: roleTypeKey });
  return [...builtInRoles(), ...stored.map(customRole)];
}
