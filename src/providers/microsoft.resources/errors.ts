import { ArmError, type ErrorDetail } from "../../arm/arm-error.ts";
import { groupOf } from "../../arm/resource-id.ts";

/*
 * Wordings as quoted by users in public threads: invalidFilter, validationFailed, the codes and beginnings of
 * deletionBlocked and invalidGroupName. The others are ours.
 */

export const invalidFilter = (filter: string): ArmError =>
  new ArmError({
    code: "InvalidFilterInQueryString",
    message: `Invalid $filter '${filter}' specified in the query string.`,
  });

/** As quoted in azapi#1022. */
export const validationFailed = (correlationId: string, details: readonly ErrorDetail[]): ArmError =>
  new ArmError({
    code: "ResourceValidationFailed",
    message: `Resource validation failed, correlation id: '${correlationId}', see details for more information.`,
    details,
  });

export const cannotUnregister = (namespace: string, why: string): ArmError =>
  new ArmError({ code: "Conflict", message: `The resource provider '${namespace}' ${why}.` });

export const invalidGroupName = (name: string, fault: string): ArmError =>
  new ArmError({ code: "InvalidResourceGroup", message: `The provided resource group name '${name}' ${fault}` });

export const groupLocationFixed = (existing: string, wanted: string): ArmError =>
  new ArmError({
    code: "InvalidResourceGroupLocation",
    message: `Invalid resource group location '${wanted}'. The Resource group already exists in location '${existing}'.`,
  });

/** A resource cannot be removed with its group. */
export const deletionBlocked = (id: string, cause: ArmError): ArmError =>
  new ArmError({
    code: "ResourceGroupDeletionBlocked",
    message:
      `Deletion of resource group '${groupOf(id)}' failed as resources with identifiers '${id}' could not be deleted. ` +
      "The provisioning state of the resource group will be rolled back.",
    details: [{ code: cause.code, target: id, message: cause.message }],
  });

export const operationNotFound = (id: string): ArmError =>
  new ArmError({
    code: "OperationNotFound",
    message: `The operation '${id}' could not be found in this subscription.`,
  });

export const invalidTagsName = (name: string): ArmError =>
  new ArmError({
    code: "InvalidResourceName",
    message: `The tags of a scope are called 'default', and not '${name}'.`,
  });

export const notTaggable = (id: string): ArmError =>
  new ArmError({ code: "BadRequest", message: `The resource '${id}' is of a type that has no tags.` });
