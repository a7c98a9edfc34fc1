import { expect, test } from "vitest";
import { errorStatuses, type ArmError, type Speaker } from "../../../src/arm/arm-error.ts";
import * as errors from "../../../src/arm/errors.ts";
import { notServed } from "../../support/not-served.ts";

const parentId = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Cache/redisEnterprise/c";

/** Every entry of the catalogue: who speaks, status, code and message, word for word. */
const entries: [string, ArmError, Speaker, number, string, string][] = [
  [
    "resourceNotFound",
    errors.resourceNotFound({ type: "Microsoft.Cache/redisEnterprise", name: "c", group: "rg" }),
    "gateway",
    404,
    "ResourceNotFound",
    "The Resource 'Microsoft.Cache/redisEnterprise/c' under resource group 'rg' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
  ],
  [
    "resourceGroupNotFound",
    errors.resourceGroupNotFound("rg"),
    "gateway",
    404,
    "ResourceGroupNotFound",
    "Resource group 'rg' could not be found.",
  ],
  [
    "parentNotFound",
    errors.parentNotFound({ verb: "read", type: "redisEnterprise/databases", parentId }),
    "gateway",
    404,
    "ParentResourceNotFound",
    `Failed to perform 'read' on resource(s) of type 'redisEnterprise/databases', because the parent resource '${parentId}' could not be found.`,
  ],
  [
    "subscriptionNotFound",
    errors.subscriptionNotFound("s"),
    "gateway",
    404,
    "SubscriptionNotFound",
    "The subscription 's' could not be found.",
  ],
  [
    "invalidSubscriptionId",
    errors.invalidSubscriptionId("x"),
    "gateway",
    400,
    "InvalidSubscriptionId",
    "The provided subscription identifier 'x' is malformed or invalid.",
  ],
  [
    "missingSubscription",
    errors.missingSubscription(),
    "gateway",
    404,
    "MissingSubscription",
    "The request did not have a subscription or a valid tenant level resource provider.",
  ],
  [
    "providerResourceNotFound",
    errors.providerResourceNotFound(),
    "provider",
    404,
    "ResourceNotFound",
    "A requested resource could not be found. It may already have been deleted.",
  ],
  [
    "missingApiVersion",
    errors.missingApiVersion(),
    "gateway",
    400,
    "MissingApiVersionParameter",
    "The api-version query parameter (?api-version=) is required for all requests.",
  ],
  [
    "invalidApiVersion",
    errors.invalidApiVersion("v", ["a", "b"]),
    "gateway",
    400,
    "InvalidApiVersionParameter",
    "The api-version 'v' is invalid. The supported versions are 'a,b'.",
  ],
  [
    "noRegisteredProvider",
    errors.noRegisteredProvider({
      namespace: "N.S",
      location: "eastus",
      version: "v",
      type: "redisEnterprise",
      versions: ["a", "b"],
      locations: ["x", "y"],
    }),
    "gateway",
    400,
    "NoRegisteredProviderFound",
    "No registered resource provider found for location 'eastus' and API version 'v' for type 'redisEnterprise'. The supported api-versions are 'a, b'. The supported locations are 'x, y'.",
  ],
  [
    "invalidNamespace",
    errors.invalidNamespace("N.S"),
    "gateway",
    404,
    "InvalidResourceNamespace",
    `The resource namespace 'N.S' is invalid. ${notServed}`,
  ],
  [
    "invalidType",
    errors.invalidType({ type: "things", namespace: "N.S", version: "v" }),
    "gateway",
    404,
    "InvalidResourceType",
    `The resource type 'things' could not be found in the namespace 'N.S' for api version 'v'. ${notServed}`,
  ],
  [
    "methodNotAllowed",
    errors.methodNotAllowed({ method: "PATCH", type: "N.S/boxes" }),
    "gateway",
    405,
    "MethodNotAllowed",
    `The requested resource does not support http method 'PATCH'. ${notServed}`,
  ],
  [
    "writeNotServed",
    errors.writeNotServed({ why: "Boxes cannot be written.", type: "N.S/boxes", speaker: "network" }),
    "network",
    501,
    "NotImplemented",
    `Boxes cannot be written. ${notServed}`,
  ],
  [
    "actionNotFound",
    errors.actionNotFound({ action: "open", type: "N.S/boxes", version: "v" }),
    "gateway",
    404,
    "ResourceActionNotFound",
    `The action 'open' could not be found on resource type 'N.S/boxes' for api version 'v'. ${notServed}`,
  ],
  [
    "authorizationFailed",
    errors.authorizationFailed({ client: "me", objectId: "o", action: "N.S/boxes/read", scope: "/subscriptions/s" }),
    "gateway",
    403,
    "AuthorizationFailed",
    "The client 'me' with object id 'o' does not have authorization to perform action 'N.S/boxes/read' over scope '/subscriptions/s' or the scope is invalid. If access was recently granted, please refresh your credentials.",
  ],
  [
    "missingRegistration",
    errors.missingRegistration("N.S"),
    "gateway",
    409,
    "MissingSubscriptionRegistration",
    "The subscription is not registered to use namespace 'N.S'. See https://aka.ms/rps-not-found for how to register subscriptions.",
  ],
  [
    "scopeLocked",
    errors.scopeLocked({ scope: "/s/rg/x", operation: "delete", locked: ["/s/rg", "/s"] }),
    "gateway",
    409,
    "ScopeLocked",
    "The scope '/s/rg/x' cannot perform delete operation because following scope(s) are locked: '/s/rg,/s'. Please remove the lock and try again.",
  ],
  [
    "groupBeingDeleted",
    errors.groupBeingDeleted("rg"),
    "gateway",
    409,
    "ResourceGroupBeingDeleted",
    "The resource group 'rg' is in deprovisioning state and cannot perform this operation.",
  ],
  [
    "locationRequired",
    errors.locationRequired(),
    "gateway",
    400,
    "LocationRequired",
    "The location property is required for this definition.",
  ],
  [
    "typeLocationNotAvailable",
    errors.typeLocationNotAvailable({ location: "l", type: "N.S/boxes", locations: ["a", "b"] }),
    "gateway",
    400,
    "LocationNotAvailableForResourceType",
    "The provided location 'l' is not available for resource type 'N.S/boxes'. List of available regions for the resource type is 'a,b'.",
  ],
  [
    "groupLocationNotAvailable",
    errors.groupLocationNotAvailable("l", ["a", "b"]),
    "gateway",
    400,
    "LocationNotAvailableForResourceGroup",
    "The provided location 'l' is not available for resource group. List of available regions is 'a,b'.",
  ],
  [
    "invalidLocationChange",
    errors.invalidLocationChange({ name: "c", group: "rg", from: "eastus", to: "westus" }),
    "gateway",
    409,
    "InvalidResourceLocation",
    "The resource 'c' already exists in location 'eastus' in resource group 'rg'. A resource with the same name cannot be created in location 'westus'. Please select a new resource name.",
  ],
  [
    "unsupportedMediaType",
    errors.unsupportedMediaType("text/plain"),
    "gateway",
    415,
    "UnsupportedMediaType",
    "The content media type 'text/plain' is not supported. Only 'application/json' is supported.",
  ],
  [
    "unsupportedMediaType",
    errors.unsupportedMediaType(undefined),
    "gateway",
    415,
    "UnsupportedMediaType",
    "The content media type '<null>' is not supported. Only 'application/json' is supported.",
  ],
  [
    "bodyTooLarge",
    errors.bodyTooLarge(4 * 1024 ** 2),
    "gateway",
    413,
    "RequestEntityTooLarge",
    "The request content size exceeds the maximum size of 4 MB.",
  ],
  [
    "undeserializable",
    errors.undeserializable("Unexpected end. Path '', line 1, position 2."),
    "gateway",
    400,
    "InvalidRequestContent",
    "The request content was invalid and could not be deserialized: 'Unexpected end. Path '', line 1, position 2.'.",
  ],
  [
    "missingBody",
    errors.missingBody(),
    "gateway",
    400,
    "InvalidRequestContent",
    "The request content is missing; a JSON object is required.",
  ],
  [
    "invalidFormat",
    errors.invalidFormat([{ message: "No." }]),
    "network",
    400,
    "InvalidRequestFormat",
    "Cannot parse the request.",
  ],
  [
    "linkedAuthorizationFailed",
    errors.linkedAuthorizationFailed({
      client: "a@b.c",
      objectId: "o",
      action: "N/t/write",
      scope: "/s",
      linked: [
        { action: "M/u/join/action", scope: "/u" },
        { action: "M/v/join/action", scope: "/v" },
      ],
    }),
    "gateway",
    403,
    "LinkedAuthorizationFailed",
    "The client 'a@b.c' with object id 'o' has permission to perform action 'N/t/write' on scope '/s'; however, it does not have permission to perform action(s) 'M/u/join/action, M/v/join/action' on the linked scope(s) '/u, /v' (respectively) or the linked scope(s) are invalid.",
  ],
  [
    "notSupportedHere",
    errors.notSupportedHere("Moving a cluster"),
    "gateway",
    501,
    "NotImplemented",
    "Moving a cluster is not supported by Cuprite; see docs/differences-from-azure.md.",
  ],
  ["invalidRequestUri", errors.invalidRequestUri("No."), "gateway", 400, "InvalidRequestUri", "No."],
  [
    "tokenRefused",
    errors.tokenRefused("https://a/t", { code: "AuthenticationFailed", message: "No.", description: "D." }),
    "gateway",
    401,
    "AuthenticationFailed",
    "No.",
  ],
  [
    "operationNotFound",
    errors.operationNotFound("o"),
    "provider",
    404,
    "OperationNotFound",
    "The operation 'o' could not be found in this subscription.",
  ],
  ["invalidParameter", errors.invalidParameter("No."), "gateway", 400, "InvalidParameter", "No."],
  [
    "invalidSkipToken",
    errors.invalidSkipToken(),
    "gateway",
    400,
    "InvalidSkipToken",
    "The provided skip token is invalid.",
  ],
  ["invalidTags", errors.invalidTags("TooManyTags", "No."), "gateway", 400, "TooManyTags", "No."],
  [
    "serviceStopping",
    errors.serviceStopping(),
    "gateway",
    503,
    "ServiceUnavailable",
    "The service is stopping. Please retry the request.",
  ],
  [
    "internalServerError",
    errors.internalServerError(),
    "gateway",
    500,
    "InternalServerError",
    "The server encountered an internal error.",
  ],
];

test.each(entries)("%s has the message of the catalogue", (...[, error, ...expected]) => {
  expect([error.speaker, error.status, error.code, error.message]).toEqual(expected);
});

test("tests every entry of the catalogue", () => {
  const made = Object.keys(errors).filter((name) => name !== "invalidContent");
  expect(new Set(entries.map(([name]) => name))).toEqual(new Set(made));
});

test("names the namespace of a missing registration in the message and in the details", () => {
  const { code, message, details } = errors.missingRegistration("N.S");
  expect(details).toEqual([{ code, target: "N.S", message }]);
});

test("makes one fault of a body the error itself, and several its details", () => {
  const one = { target: "a", message: "A." };
  const two = { target: "b", message: "B." };
  expect(errors.invalidContent([one])).toMatchObject({
    message: "A.",
    target: "a",
    details: undefined,
    speaker: "provider",
  });
  const code = "InvalidRequestContent";
  expect(errors.invalidContent([one, two], "gateway")).toMatchObject({
    code,
    status: 400,
    speaker: "gateway",
    message: "The request content has 2 errors.",
    target: "a",
    details: [
      { code, ...one },
      { code, ...two },
    ],
  });
});

test("lists every fault of a body in the details of one error for Microsoft.Network, also a single one", () => {
  const fault = { target: "a", message: "A." };
  expect(errors.invalidContent([fault], "network")).toMatchObject({
    code: "InvalidRequestFormat",
    speaker: "network",
    details: [{ code: "InvalidJson", ...fault }],
  });
  expect(errors.invalidFormat([{ code: "DuplicateResourceName", message: "B." }]).details).toEqual([
    { code: "DuplicateResourceName", message: "B." },
  ]);
});

test("gives every code a 4xx status, except three", () => {
  const own = Object.entries(errorStatuses).filter(([, status]) => status >= 500);
  expect(own).toEqual([
    ["InternalServerError", 500],
    ["NotImplemented", 501],
    ["ServiceUnavailable", 503],
  ]);
});
