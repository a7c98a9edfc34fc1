import { isUuid, nameUuid } from "../../kernel/ids.ts";
import type { Access, Principal, PrincipalKind } from "../../store/principals.ts";

/** The tenant of everything that names none. */
export const defaultTenantId = "5d3c1f0a-7a43-4c8e-9f6b-2e1c0d9b8a71";

/** The domain of the test users' names. */
export const localDomain = "cuprite.local";

/** Other names of the default tenant; `adfs` is the one with which clients skip instance discovery. */
const aliases: ReadonlySet<string> = new Set(["common", "organizations", "consumers", "adfs", localDomain]);

/** A tenant as a URL names it. */
export interface NamedTenant {
  readonly tenantId: string;
  /** Whether the URL left the tenant open, so that a grant may decide. */
  readonly isAlias: boolean;
  /** ADFS has one tenant and an issuer of its own. */
  readonly isAdfs: boolean;
}

/** The tenant that a path segment names: any GUID is one; undefined for unknown names. */
export function findTenant(segment: string): NamedTenant | undefined {
  const name = segment.toLowerCase();
  if (isUuid(name)) return { tenantId: name, isAlias: false, isAdfs: false };
  if (!aliases.has(name)) return undefined;
  return { tenantId: defaultTenantId, isAlias: name !== localDomain, isAdfs: name === "adfs" };
}

interface LocalUser {
  readonly name: string;
  readonly displayName: string;
  readonly access: Access;
}

/** The test user who may do everything, even where all others need a role assignment. */
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

/** What a principal may do until somebody changes it: applications everything, users what the table of test users says. */
export function defaultAccess(principal: { kind: PrincipalKind; name: string }): Access {
  return principal.kind === "User" ? (findLocalUser(principal.name)?.access ?? "None") : "Owner";
}

/** What a principal may do in every scope without a role assignment. */
export type AccessPolicy = (principal: Principal) => Access;

/** The access in the directory; under a strict authority the administrator everything and all others nothing. */
export const accessPolicy = ({ isStrict }: { isStrict: boolean }): AccessPolicy =>
  isStrict ? administratorAlone : ({ access }) => access;

const administratorAlone: AccessPolicy = ({ kind, name }) =>
  kind === "User" && name.toLowerCase() === administratorName ? "Owner" : "None";

/** A user of a tenant, by a name of any domain. */
export function namedUser(tenantId: string, name: string): Principal {
  const userName = name.toLowerCase();
  return userPrincipal(tenantId, findLocalUser(userName) ?? { name: userName, displayName: userName, access: "None" });
}

/** A test user of a tenant; the same user has another object id in another tenant. */
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

/** The service principal of a client id; any client id has one. */
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

/** Which managed identity a caller asks for; without any of them the system-assigned one. */
export interface IdentitySelector {
  readonly clientId?: string;
  readonly objectId?: string;
  readonly resourceId?: string;
}

/** The managed identity that a selector names; any selector names one, except an object id that is not a GUID. */
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
