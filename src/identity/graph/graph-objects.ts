import { isUuid, nameUuid } from "../../kernel/ids.ts";
import type { Principal } from "../../store/principals.ts";
import type { Directory } from "../principals/directory.ts";
import { usersOf } from "../principals/users.ts";
import { applicationProperties, servicePrincipalProperties, userProperties } from "./graph-properties.ts";

/** The types of objects that there can be; there never is a group. */
export type GraphType = "user" | "servicePrincipal" | "application" | "group";

/** An object of the directory with all its properties. */
export interface GraphObject {
  readonly type: GraphType;
  readonly id: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What the directory of a tenant has of a type, ordered by id. */
export function graphObjects(directory: Directory, tenantId: string, type: GraphType): readonly GraphObject[] {
  return principalsOf(directory, tenantId, type)
    .map((principal) => describe[type](principal))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function principalsOf(directory: Directory, tenantId: string, type: GraphType): readonly Principal[] {
  if (type === "group") return [];
  if (type === "user") return usersOf(directory, tenantId);
  // A managed identity has a service principal and no application.
  return directory
    .all()
    .filter(({ kind, tenantId: own }) => own === tenantId && kind !== "User")
    .filter(({ kind }) => type === "servicePrincipal" || kind === "ServicePrincipal");
}

const userObject = ({ objectId, name, displayName }: Principal): GraphObject => ({
  type: "user",
  id: objectId,
  properties: {
    ...userProperties,
    accountEnabled: true,
    displayName,
    mailNickname: name.split("@")[0] ?? name,
    userPrincipalName: name,
    userType: "Member",
    id: objectId,
  },
});

function servicePrincipalObject({ objectId, tenantId, kind, displayName, appId }: Principal): GraphObject {
  const isIdentity = kind === "ManagedIdentity";
  return {
    type: "servicePrincipal",
    id: objectId,
    properties: {
      ...servicePrincipalProperties,
      id: objectId,
      accountEnabled: true,
      alternativeNames: isIdentity && displayName.startsWith("/") ? ["isExplicit=True", displayName] : [],
      appDisplayName: isIdentity ? null : displayName,
      appId,
      appOwnerOrganizationId: isIdentity ? null : tenantId,
      displayName,
      servicePrincipalNames: [appId],
      servicePrincipalType: isIdentity ? "ManagedIdentity" : "Application",
    },
  };
}

function applicationObject({ tenantId, displayName, appId }: Principal): GraphObject {
  const id = nameUuid(tenantId, `ApplicationObject:${appId.toLowerCase()}`);
  // Azure's application ids are GUIDs; what is none here is looked for among the URIs, as clients do.
  const identifierUris = isUuid(appId) ? [] : [appId];
  return { type: "application", id, properties: { ...applicationProperties, id, appId, displayName, identifierUris } };
}

const describe = {
  user: userObject,
  servicePrincipal: servicePrincipalObject,
  application: applicationObject,
  group: userObject,
} as const satisfies Record<GraphType, (principal: Principal) => GraphObject>;
