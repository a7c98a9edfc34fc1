import { ArmError, type ErrorCode, type ErrorDetail, type Speaker } from "./arm-error.ts";

/*
 * Azure's own messages. Recorded: resourceNotFound, resourceGroupNotFound, parentNotFound, the 401s for a missing header
 * and an expired token, authorizationFailed, missingRegistration, groupLocationNotAvailable. The rest is quoted by users
 * in public threads, or ours where nothing is known (docs/differences-from-azure.md).
 */

/** A path or a Host header that cannot be read. */
export const invalidRequestUri = (message: string): ArmError => new ArmError({ code: "InvalidRequestUri", message });

/** Why a request without a valid token is refused; `description` is for the challenge. */
export interface TokenRefusal {
  readonly code: "AuthenticationFailed" | "ExpiredAuthenticationToken" | "InvalidAuthenticationToken";
  readonly message: string;
  readonly description: string;
}

/** A 401 whose challenge sends the client to `authority`. */
export const tokenRefused = (authority: string, { code, message, description }: TokenRefusal): ArmError =>
  new ArmError({
    code,
    message,
    headers: {
      "www-authenticate": `Bearer authorization_uri="${authority}", error="invalid_token", error_description="${description}"`,
    },
  });

/** A tracked resource that ARM's own index does not have. `type` is `Microsoft.Cache/redisEnterprise`, as asked for. */
export const resourceNotFound = (resource: { type: string; name: string; group: string }): ArmError =>
  new ArmError({
    code: "ResourceNotFound",
    message:
      `The Resource '${resource.type}/${resource.name}' under resource group '${resource.group}' was not found. ` +
      "For more details please go to https://aka.ms/ARMResourceNotFoundFix",
  });

export const resourceGroupNotFound = (group: string): ArmError =>
  new ArmError({ code: "ResourceGroupNotFound", message: `Resource group '${group}' could not be found.` });

/** `type` is the missing parent's child type without its namespace, e.g. `redisEnterprise/databases`. */
export const parentNotFound = (miss: { verb: string; type: string; parentId: string }): ArmError =>
  new ArmError({
    code: "ParentResourceNotFound",
    message:
      `Failed to perform '${miss.verb}' on resource(s) of type '${miss.type}', ` +
      `because the parent resource '${miss.parentId}' could not be found.`,
  });

export const subscriptionNotFound = (id: string): ArmError =>
  new ArmError({ code: "SubscriptionNotFound", message: `The subscription '${id}' could not be found.` });

export const invalidSubscriptionId = (text: string): ArmError =>
  new ArmError({
    code: "InvalidSubscriptionId",
    message: `The provided subscription identifier '${text}' is malformed or invalid.`,
  });

/** A path outside of subscriptions for something that exists only in them (quoted by users). */
export const missingSubscription = (): ArmError =>
  new ArmError({
    code: "MissingSubscription",
    message: "The request did not have a subscription or a valid tenant level resource provider.",
  });

/** A child resource that the provider does not have. */
export const providerResourceNotFound = (): ArmError =>
  new ArmError({
    code: "ResourceNotFound",
    speaker: "provider",
    message: "A requested resource could not be found. It may already have been deleted.",
  });

/** An operation that was not started in the subscription. */
export const operationNotFound = (id: string): ArmError =>
  new ArmError({
    code: "OperationNotFound",
    speaker: "provider",
    message: `The operation '${id}' could not be found in this subscription.`,
  });

/** A query parameter whose value cannot be read. */
export const invalidParameter = (message: string): ArmError => new ArmError({ code: "InvalidParameter", message });

/** A `$skipToken` that no page returned. */
export const invalidSkipToken = (): ArmError =>
  new ArmError({ code: "InvalidSkipToken", message: "The provided skip token is invalid." });

export const missingApiVersion = (): ArmError =>
  new ArmError({
    code: "MissingApiVersionParameter",
    message: "The api-version query parameter (?api-version=) is required for all requests.",
  });

/** The end of a refusal of what Azure has and Cuprite does not. */
const notServed = "Cuprite does not serve it: `cuprite unserved` lists everything that was asked for and is not there.";

/** Supported versions are joined by a comma without a space here, and with one in `noRegisteredProvider`. */
export const invalidApiVersion = (version: string, supported: readonly string[]): ArmError =>
  new ArmError({
    code: "InvalidApiVersionParameter",
    message: `The api-version '${version}' is invalid. The supported versions are '${supported.join(",")}'.`,
  });

/** Exactly Azure's message, which lists what is served instead. `namespace` is for the list of what is not served. */
export const noRegisteredProvider = (miss: {
  namespace: string;
  location: string;
  version: string;
  type: string;
  versions: readonly string[];
  locations: readonly string[];
}): ArmError =>
  new ArmError({
    code: "NoRegisteredProviderFound",
    message:
      `No registered resource provider found for location '${miss.location}' and API version '${miss.version}' ` +
      `for type '${miss.type}'. The supported api-versions are '${miss.versions.join(", ")}'. ` +
      `The supported locations are '${miss.locations.join(", ")}'.`,
    unserved: { missing: "api-version", type: `${miss.namespace}/${miss.type}` },
  });

/** `types` are those that were asked for in the namespace. */
export const invalidNamespace = (namespace: string, types: readonly string[] = []): ArmError =>
  new ArmError({
    code: "InvalidResourceNamespace",
    message: `The resource namespace '${namespace}' is invalid. ${notServed}`,
    unserved: { missing: "namespace", type: [namespace, ...types].join("/") },
  });

export const invalidType = (miss: { type: string; namespace: string; version: string }): ArmError =>
  new ArmError({
    code: "InvalidResourceType",
    message:
      `The resource type '${miss.type}' could not be found in the namespace '${miss.namespace}' ` +
      `for api version '${miss.version}'. ${notServed}`,
    unserved: { missing: "type", type: `${miss.namespace}/${miss.type}` },
  });

/** `type` is whole: `Microsoft.Cache/redisEnterprise`. */
export const methodNotAllowed = ({ method, type }: { method: string; type: string }): ArmError =>
  new ArmError({
    code: "MethodNotAllowed",
    message: `The requested resource does not support http method '${method}'. ${notServed}`,
    unserved: { missing: "method", type },
  });

/** A write that Azure has and Cuprite does not; `why` is a sentence that names what cannot be done. */
export const writeNotServed = ({ why, type, speaker }: { why: string; type: string; speaker: Speaker }): ArmError =>
  new ArmError({
    code: "NotImplemented",
    speaker,
    message: `${why} ${notServed}`,
    unserved: { missing: "method", type },
  });

export const actionNotFound = (miss: { action: string; type: string; version: string }): ArmError =>
  new ArmError({
    code: "ResourceActionNotFound",
    message:
      `The action '${miss.action}' could not be found on resource type '${miss.type}' ` +
      `for api version '${miss.version}'. ${notServed}`,
    unserved: { missing: "action", type: `${miss.type}/${miss.action}` },
  });

export const authorizationFailed = (denied: {
  client: string;
  objectId: string;
  action: string;
  scope: string;
}): ArmError =>
  new ArmError({
    code: "AuthorizationFailed",
    message:
      `The client '${denied.client}' with object id '${denied.objectId}' does not have authorization to perform ` +
      `action '${denied.action}' over scope '${denied.scope}' or the scope is invalid. ` +
      "If access was recently granted, please refresh your credentials.",
  });

/** The caller may make the request, but not do what it requires on other resources. The message has as many actions as scopes. */
export const linkedAuthorizationFailed = (denied: {
  client: string;
  objectId: string;
  action: string;
  scope: string;
  linked: readonly { action: string; scope: string }[];
}): ArmError =>
  new ArmError({
    code: "LinkedAuthorizationFailed",
    message:
      `The client '${denied.client}' with object id '${denied.objectId}' has permission to perform action ` +
      `'${denied.action}' on scope '${denied.scope}'; however, it does not have permission to perform action(s) ` +
      `'${denied.linked.map(({ action }) => action).join(", ")}' on the linked scope(s) ` +
      `'${denied.linked.map(({ scope }) => scope).join(", ")}' (respectively) or the linked scope(s) are invalid.`,
  });

/** A lock forbids the operation (quoted by users in public threads). */
export const scopeLocked = (refused: {
  scope: string;
  operation: "write" | "delete";
  locked: readonly string[];
}): ArmError =>
  new ArmError({
    code: "ScopeLocked",
    message:
      `The scope '${refused.scope}' cannot perform ${refused.operation} operation because following scope(s) are locked: ` +
      `'${refused.locked.join(",")}'. Please remove the lock and try again.`,
  });

export const missingRegistration = (namespace: string): ArmError => {
  const message =
    `The subscription is not registered to use namespace '${namespace}'. ` +
    "See https://aka.ms/rps-not-found for how to register subscriptions.";
  const code = "MissingSubscriptionRegistration";
  return new ArmError({ code, message, details: [{ code, target: namespace, message }] });
};

export const groupBeingDeleted = (group: string): ArmError =>
  new ArmError({
    code: "ResourceGroupBeingDeleted",
    message: `The resource group '${group}' is in deprovisioning state and cannot perform this operation.`,
  });

export const locationRequired = (): ArmError =>
  new ArmError({ code: "LocationRequired", message: "The location property is required for this definition." });

export const typeLocationNotAvailable = (miss: {
  location: string;
  type: string;
  locations: readonly string[];
}): ArmError =>
  new ArmError({
    code: "LocationNotAvailableForResourceType",
    message:
      `The provided location '${miss.location}' is not available for resource type '${miss.type}'. ` +
      `List of available regions for the resource type is '${miss.locations.join(",")}'.`,
  });

export const groupLocationNotAvailable = (location: string, locations: readonly string[]): ArmError =>
  new ArmError({
    code: "LocationNotAvailableForResourceGroup",
    message:
      `The provided location '${location}' is not available for resource group. ` +
      `List of available regions is '${locations.join(",")}'.`,
  });

export const invalidLocationChange = (clash: { name: string; group: string; from: string; to: string }): ArmError =>
  new ArmError({
    code: "InvalidResourceLocation",
    message:
      `The resource '${clash.name}' already exists in location '${clash.from}' in resource group '${clash.group}'. ` +
      `A resource with the same name cannot be created in location '${clash.to}'. Please select a new resource name.`,
  });

export const unsupportedMediaType = (contentType: string | undefined): ArmError =>
  new ArmError({
    code: "UnsupportedMediaType",
    message: `The content media type '${contentType ?? "<null>"}' is not supported. Only 'application/json' is supported.`,
  });

export const bodyTooLarge = (limitBytes: number): ArmError =>
  new ArmError({
    code: "RequestEntityTooLarge",
    message: `The request content size exceeds the maximum size of ${limitBytes / 1024 ** 2} MB.`,
  });

/** A body that is not JSON; `fault` is the text inside the quotes of ARM's sentence. */
export const undeserializable = (fault: string): ArmError =>
  new ArmError({
    code: "InvalidRequestContent",
    message: `The request content was invalid and could not be deserialized: '${fault}'.`,
  });

export const missingBody = (): ArmError =>
  new ArmError({
    code: "InvalidRequestContent",
    message: "The request content is missing; a JSON object is required.",
  });

/** Tags that break one of the rules for all tagged resources. */
export const invalidTags = (code: ErrorCode, message: string): ArmError =>
  new ArmError({ code, message, target: "tags" });

/** One or several faults in a body that is JSON; each target is the path of a property, e.g. `properties.sku.name`. */
export function invalidContent(
  faults: readonly Required<Pick<ErrorDetail, "message" | "target">>[],
  speaker: Speaker = "provider",
): ArmError {
  if (speaker === "network") return invalidFormat(faults);
  const code = "InvalidRequestContent";
  const [first] = faults;
  if (first !== undefined && faults.length === 1) return new ArmError({ code, speaker, ...first });
  return new ArmError({
    code,
    speaker,
    message: `The request content has ${faults.length} errors.`,
    target: first?.target ?? "",
    details: faults.map((fault) => ({ code, ...fault })),
  });
}

/** Microsoft.Network's code for any fault in a body; the details list the faults. */
export const invalidFormat = (faults: readonly (Pick<ErrorDetail, "message"> & Partial<ErrorDetail>)[]): ArmError =>
  new ArmError({
    code: "InvalidRequestFormat",
    speaker: "network",
    message: "Cannot parse the request.",
    details: faults.map((fault) => ({ code: "InvalidJson", ...fault })),
  });

/** What Azure has and Cuprite does not. */
export const notSupportedHere = (what: string): ArmError =>
  new ArmError({
    code: "NotImplemented",
    message: `${what} is not supported by Cuprite; see docs/differences-from-azure.md.`,
  });

/** The server is closing. A client that tries again reaches the next process. */
export const serviceStopping = (): ArmError =>
  new ArmError({
    code: "ServiceUnavailable",
    message: "The service is stopping. Please retry the request.",
    headers: { "retry-after": "1" },
  });

/** A bug. The client gets no more than this; the log has the cause. */
export const internalServerError = (): ArmError =>
  new ArmError({ code: "InternalServerError", message: "The server encountered an internal error." });
