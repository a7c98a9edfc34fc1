import { isUuid, nameUuid } from "../../kernel/ids.ts";
import type { Principal } from "../../store/principals.ts";
import type { Directory } from "../principals/directory.ts";

/** The types of objects; there is never a group. */
export type GraphType = "user" | "servicePrincipal" | "application" | "group";

type Properties = Readonly<Record<string, unknown>>;

/** An object of the directory with all its properties. */
export interface GraphObject {
  readonly type: GraphType;
  readonly id: string;
  readonly properties: Properties;
}

/** All objects of a type in the directory of a tenant, ordered by id. */
export function graphObjects(directory: Directory, tenantId: string, type: GraphType): readonly GraphObject[] {
  return principalsOf(directory, tenantId, type)
    .map((principal) => describe[type](principal))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function principalsOf(directory: Directory, tenantId: string, type: GraphType): readonly Principal[] {
  if (type === "group") return [];
  if (type === "user") return directory.usersOf(tenantId);
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
  // Azure's application ids are GUIDs; clients look for others among the URIs.
  const identifierUris = isUuid(appId) ? [] : [appId];
  return { type: "application", id, properties: { ...applicationProperties, id, appId, displayName, identifierUris } };
}

const describe = {
  user: userObject,
  servicePrincipal: servicePrincipalObject,
  application: applicationObject,
  group: userObject,
} as const satisfies Record<GraphType, (principal: Principal) => GraphObject>;

/** The properties in an answer about a user without `$select`. */
export const defaultUserProperties = [
  "businessPhones",
  "displayName",
  "givenName",
  "jobTitle",
  "mail",
  "mobilePhone",
  "officeLocation",
  "preferredLanguage",
  "surname",
  "userPrincipalName",
  "id",
] as const;

const nothing = (names: string): Record<string, null> =>
  Object.fromEntries(names.split(" ").map((name) => [name, null]));

const userProperties: Properties = {
  businessPhones: [],
  ...nothing(
    "aboutMe accountEnabled ageGroup birthday city companyName consentProvidedForMinor country createdDateTime " +
      "creationType customSecurityAttributes deletedDateTime department displayName employeeHireDate employeeId " +
      "employeeLeaveDateTime employeeOrgData employeeType externalUserState externalUserStateChangeDateTime faxNumber " +
      "givenName hireDate id jobTitle lastPasswordChangeDateTime legalAgeGroupClassification mail mailNickname " +
      "mobilePhone mySite officeLocation onPremisesDistinguishedName onPremisesDomainName " +
      "onPremisesExtensionAttributes onPremisesImmutableId onPremisesLastSyncDateTime onPremisesSamAccountName " +
      "onPremisesSecurityIdentifier onPremisesSyncEnabled onPremisesUserPrincipalName passwordPolicies " +
      "passwordProfile postalCode preferredDataLocation preferredLanguage preferredName securityIdentifier " +
      "showInAddressList signInSessionsValidFromDateTime state streetAddress surname usageLocation " +
      "userPrincipalName userType",
  ),
  assignedLicenses: [],
  assignedPlans: [],
  identities: [],
  imAddresses: [],
  interests: [],
  licenseAssignmentStates: [],
  onPremisesProvisioningErrors: [],
  otherMails: [],
  pastProjects: [],
  provisionedPlans: [],
  proxyAddresses: [],
  responsibilities: [],
  schools: [],
  serviceProvisioningErrors: [],
  skills: [],
};

const servicePrincipalProperties: Properties = {
  ...nothing("id deletedDateTime accountEnabled"),
  alternativeNames: [],
  ...nothing(
    "appDisplayName appDescription appId applicationTemplateId appOwnerOrganizationId createdDateTime description " +
      "disabledByMicrosoftStatus displayName homepage loginUrl logoutUrl notes",
  ),
  appRoleAssignmentRequired: false,
  notificationEmailAddresses: [],
  ...nothing("preferredSingleSignOnMode preferredTokenSigningKeyThumbprint"),
  replyUrls: [],
  servicePrincipalNames: [],
  ...nothing("servicePrincipalType signInAudience"),
  tags: [],
  ...nothing("tokenEncryptionKeyId samlSingleSignOnSettings"),
  addIns: [],
  appRoles: [],
  info: null,
  keyCredentials: [],
  oauth2PermissionScopes: [],
  passwordCredentials: [],
  resourceSpecificApplicationPermissions: [],
  ...nothing("verifiedPublisher customSecurityAttributes"),
};

const applicationProperties: Properties = {
  ...nothing(
    "id deletedDateTime appId applicationTemplateId disabledByMicrosoftStatus createdDateTime displayName description " +
      "groupMembershipClaims",
  ),
  identifierUris: [],
  ...nothing("isDeviceOnlyAuthSupported isFallbackPublicClient notes publisherDomain serviceManagementReference"),
  signInAudience: "AzureADMyOrg",
  tags: [],
  ...nothing("tokenEncryptionKeyId samlMetadataUrl defaultRedirectUri certification optionalClaims"),
  addIns: [],
  api: {
    acceptMappedClaims: null,
    knownClientApplications: [],
    requestedAccessTokenVersion: null,
    oauth2PermissionScopes: [],
    preAuthorizedApplications: [],
  },
  appRoles: [],
  info: null,
  keyCredentials: [],
  parentalControlSettings: null,
  passwordCredentials: [],
  publicClient: { redirectUris: [] },
  requiredResourceAccess: [],
  ...nothing("verifiedPublisher servicePrincipalLockConfiguration"),
  web: {
    homePageUrl: null,
    logoutUrl: null,
    redirectUris: [],
    implicitGrantSettings: { enableAccessTokenIssuance: false, enableIdTokenIssuance: false },
    redirectUriSettings: [],
  },
  spa: { redirectUris: [] },
};

/** There is never a group: these are the properties that filters may name. */
const groupProperties: Properties = {
  ...nothing(
    "id classification createdDateTime deletedDateTime description displayName expirationDateTime " +
      "isAssignableToRole mail mailEnabled mailNickname membershipRule membershipRuleProcessingState " +
      "onPremisesSecurityIdentifier onPremisesSyncEnabled preferredDataLocation securityEnabled " +
      "securityIdentifier theme visibility",
  ),
  groupTypes: [],
  proxyAddresses: [],
};

/**
 * The properties of Microsoft Graph's objects (documented: v1.0 reference of user, servicePrincipal, application and
 * group) in the order of its answers, with their values for an object of which nothing more is known.
 */
export const propertiesOf: Readonly<Record<GraphType, Properties>> = {
  user: userProperties,
  servicePrincipal: servicePrincipalProperties,
  application: applicationProperties,
  group: groupProperties,
};
