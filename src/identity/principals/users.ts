import type { Principal } from "../../store/principals.ts";
import type { Directory } from "./directory.ts";
import { localUsers, userPrincipal } from "./local-principals.ts";

/** Who can sign in to a tenant: the test users, then all others that the directory has, by name. */
export function usersOf(directory: Directory, tenantId: string): readonly Principal[] {
  const testUsers = localUsers.map((user) => userPrincipal(tenantId, user));
  const known = directory
    .all()
    .filter((principal) => principal.kind === "User" && principal.tenantId === tenantId)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  // A test user keeps the place of the first mention, with what the directory knows of them.
  return [...new Map([...testUsers, ...known].map((user) => [user.objectId, user])).values()];
}

/** The user of a tenant who has this name, in any case. */
export function findUser(directory: Directory, tenantId: string, name: string): Principal | undefined {
  const wanted = name.toLowerCase();
  return usersOf(directory, tenantId).find((user) => user.name.toLowerCase() === wanted);
}
