import { ArmError } from "../../arm/arm-error.ts";

/*
 * Wordings as quoted by users in public threads: roleNotFound, principalNotFound, principalTypeMismatch,
 * assignmentExists, assignmentNotFound, updateNotPermitted, roleInUse, roleNameTaken, invalidName, unsupportedFilter.
 * Of the others only the codes are known, or nothing (docs/differences-from-azure.md).
 */

/** A GUID without hyphens, as in some of Azure's messages and responses. */
export const bare = (guid: string): string => guid.replaceAll("-", "").toLowerCase();

export const roleNotFound = (roleId: string): ArmError =>
  new ArmError({
    code: "RoleDefinitionDoesNotExist",
    message: `The specified role definition with ID '${bare(roleId)}' does not exist.`,
  });

/** The name of a role definition or role assignment that is not a GUID. */
export const invalidName = (kind: "definition" | "assignment", name: string): ArmError =>
  new ArmError({
    code: kind === "definition" ? "InvalidRoleDefinitionId" : "InvalidRoleAssignmentId",
    message: `The role ${kind} ID '${name}' is not valid. The role ${kind} ID must be a GUID.`,
  });

export const principalNotFound = (principalId: string, tenantId: string): ArmError =>
  new ArmError({
    code: "PrincipalNotFound",
    message:
      `Principal ${bare(principalId)} does not exist in the directory ${tenantId}. Check that you have the correct ` +
      "principal ID. If you are creating this principal and then immediately assigning a role, this error might be " +
      "related to a replication delay. In this case, set the role assignment principalType property to a value, such " +
      "as ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype",
  });

export const invalidPrincipalId = (): ArmError =>
  new ArmError({
    code: "InvalidPrincipalId",
    message: "A valid principal ID must be provided for role assignment.",
  });

/** The spelling is Azure's. */
export const principalTypeMismatch = (given: { principalId: string; is: string; said: string }): ArmError =>
  new ArmError({
    code: "UnmatchedPrincipalType",
    message:
      `The PrincipalId '${bare(given.principalId)}' has type '${given.is}' , ` +
      `which is different from specified PrinciaplType '${given.said}'.`,
  });

export const assignmentExists = (existing: string): ArmError =>
  new ArmError({
    code: "RoleAssignmentExists",
    message: `The role assignment already exists. The ID of the existing role assignment is ${bare(existing)}.`,
  });

export const assignmentNotFound = (name: string): ArmError =>
  new ArmError({ code: "RoleAssignmentNotFound", message: `The role assignment '${name}' is not found.` });

/** A role assignment cannot be changed, and its name is unique in a tenant. */
export const updateNotPermitted = (): ArmError =>
  new ArmError({
    code: "RoleAssignmentUpdateNotPermitted",
    message: "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
  });

export const notAssignable = (roleId: string, scope: string): ArmError =>
  new ArmError({
    code: "RoleAssignmentScopeNotAssignableToRoleDefinition",
    message: `The role definition '${roleId}' cannot be assigned at the scope '${scope}', which is in none of its assignable scopes.`,
  });

export const roleInUse = (): ArmError =>
  new ArmError({
    code: "RoleDefinitionHasAssignments",
    message: "There are existing role assignments referencing role.",
  });

export const roleNameTaken = (): ArmError =>
  new ArmError({
    code: "RoleDefinitionWithSameNameExists",
    message: "A custom role with the same name already exists in this directory. Use a different name.",
  });

export const builtInRoleExists = (roleId: string): ArmError =>
  new ArmError({
    code: "RoleDefinitionExists",
    message: `The role definition with ID '${roleId}' is a built-in role and cannot be changed.`,
  });

export const invalidRoleType = (message: string): ArmError =>
  new ArmError({ code: "InvalidRoleDefinitionType", message });

export const roleNameMissing = (): ArmError =>
  new ArmError({
    code: "RoleDefinitionNameNullOrEmpty",
    message: "The name of a role definition cannot be null or empty.",
    target: "properties.roleName",
  });

export const assignableScopesMissing = (): ArmError =>
  new ArmError({
    code: "MissingAssignableScopes",
    message: "A custom role must have at least one assignable scope.",
    target: "properties.assignableScopes",
  });

export const invalidAssignableScope = (scope: string, index: number): ArmError =>
  new ArmError({
    code: "LinkedInvalidPropertyId",
    message:
      `Property id '${scope}' at path 'properties.assignableScopes[${index}]' is invalid. Expect fully qualified ` +
      "resource Id that start with '/subscriptions/{subscriptionId}' or '/providers/{resourceProviderNamespace}/'.",
  });

export const unsupportedFilter = (filter: string, supported: string): ArmError =>
  new ArmError({
    code: "UnsupportedQuery",
    message: `The filter '${filter}' is not supported. Supported filters are either ${supported}.`,
  });

export const lockNotFound = (name: string): ArmError =>
  new ArmError({ code: "LockNotFound", message: `The lock '${name}' could not be found.` });

/** The rules are documented; the wording is ours. */
export const invalidLockName = (name: string, maxCharacters: number): ArmError =>
  new ArmError({
    code: "InvalidResourceName",
    message:
      `The lock name '${name}' is not valid: it may have ${maxCharacters} characters at most, ` +
      "and none of '<', '>', '%', '&', ':', '\\', '?', '/' or control characters.",
  });
