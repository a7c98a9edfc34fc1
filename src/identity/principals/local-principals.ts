import { isUuid, nameUuid } from "../../kernel/ids.ts";
import type { Access, Principal, PrincipalKind } from "../../store/principals.ts";
import { localDomain } from "./tenants.ts";

/** Somebody who can sign in on the page, with any password where one is asked for. */
export interface LocalUser {
  readonly name: string;
  readonly displayName: string;
  readonly access: Access;
}

/** The test user who may do everything, even where nobody else may do anything without being assigned a role. */
export const administratorName = `owner@${localDomain}`;

/** The test users: one who may do everything, and one who may do nothing. */
export const localUsers = [
  { name: administratorName, displayName: "Olivia Owner", access: "Owner" },
  { name: `guest@${localDomain}`, displayName: "Gus Guest", access: "None" },
] as const satisfies readonly LocalUser[];

/** The test user with this name, in any case; undefined when there is none. */
export function findLocalUser(name: string): LocalUser | undefined {
  const wanted = name.toLowerCase();
  return localUsers.find((user) => user.name === wanted);
}

/** A user as a tenant's directory has them, by a name of any domain. */
export function namedUser(tenantId: string, name: string): Principal {
  const userName = name.toLowerCase();
  const access = defaultAccess({ kind: "User", name: userName });
  const user = findLocalUser(userName) ?? { name: userName, displayName: userName, access };
  return userPrincipal(tenantId, user);
}

/** What a principal may do until somebody changes it: applications everything, users what the table of them says. */
export function defaultAccess(principal: { kind: PrincipalKind; name: string }): Access {
  return principal.kind === "User" ? (findLocalUser(principal.name)?.access ?? "None") : "Owner";
}

/** A test user as a tenant's directory has it; the same user has another object id in another tenant. */
export function userPrincipal(tenantId: string, user: LocalUser): Principal {
  return {
    objectId: stableId(tenantId, "User", user.name),
    tenantId,
    kind: "User",
    name: user.name,
    displayName: user.displayName,
    appId: "",
    access: user.access,
  };
}

/** The service principal of a client id: it exists by being used. */
export function servicePrincipal(tenantId: string, clientId: string): Principal {
  return {
    objectId: stableId(tenantId, "ServicePrincipal", clientId),
    tenantId,
    kind: "ServicePrincipal",
    name: clientId,
    displayName: clientId,
    appId: clientId,
    access: "Owner",
  };
}

/** Which managed identity a caller asks for; none of them means the system-assigned one. */
export interface IdentitySelector {
  readonly clientId?: string;
  readonly objectId?: string;
  readonly resourceId?: string;
}

/** The managed identity that a selector names: it exists by being used. Undefined for an object id that is no GUID. */
export function managedIdentity(tenantId: string, selector: IdentitySelector): Principal | undefined {
  const { clientId, objectId, resourceId } = selector;
  if (objectId !== undefined && !isUuid(objectId)) return undefined;
  const key = clientId ?? objectId ?? resourceId ?? "system-assigned";
  const appId = clientId ?? stableId(tenantId, "Application", key);
  return {
    objectId: objectId?.toLowerCase() ?? stableId(tenantId, "ManagedIdentity", key),
    tenantId,
    kind: "ManagedIdentity",
    name: appId,
    displayName: key,
    appId,
    access: "Owner",
  };
}

const stableId = (tenantId: string, kind: PrincipalKind | "Application", name: string): string =>
  nameUuid(tenantId, `${kind}:${name.toLowerCase()}`);
