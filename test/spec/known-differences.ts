import type { KnownDifference } from "./findings.ts";

/** Every known difference between the HTTP suite's exchanges and the published document; one that is gone must go here too. */
export const knownDifferences: readonly KnownDifference[] = [
  {
    side: "response",
    code: "ENUM_MISMATCH",
    operation: /^PrivateEndpointConnections_(?:Get|Put)$/,
    at: /^\/properties\/provisioningState$/,
    message: /: Updating$/,
    why: "the document lacks a connection's Updating, which was recorded",
  },
  {
    side: "response",
    code: "OPERATION_NOT_FOUND_IN_CACHE",
    operation: /^GET .*\/operationresults\/[\da-f-]+$/,
    why: "the document lacks the results of operations, which the recorded Location headers lead to",
  },
  {
    side: "response",
    code: "OPERATION_NOT_FOUND_IN_CACHE",
    status: /^4/,
    why: "refused is what the document lacks",
  },
  {
    side: "response",
    code: "OBJECT_ADDITIONAL_PROPERTIES",
    operation: /^OperationsStatus_Get$/,
    at: /^\/error\/(?:code|message)$/,
    why: "the document wraps the error of a failed operation twice, where ARM's contract and its clients have it once",
  },
  {
    side: "response",
    code: "INVALID_CONTENT_TYPE",
    operation: /^AccessPolicyAssignment_Get$/,
    status: /^404$/,
    why: "a missing assignment is application/problem+json, as recorded",
  },
  {
    side: "response",
    code: "OBJECT_ADDITIONAL_PROPERTIES",
    operation: /^AccessPolicyAssignment_Get$/,
    status: /^404$/,
    at: /^\/(?:type|title|status|traceId)$/,
    why: "a missing assignment has no error envelope, as recorded",
  },
  {
    side: "request",
    code: "READONLY_PROPERTY_NOT_ALLOWED_IN_REQUEST",
    why: "read-only properties are passed over, since clients send back what they got",
  },
  {
    side: "request",
    code: "OBJECT_ADDITIONAL_PROPERTIES",
    operation: /^RedisEnterprise_Create$/,
    at: /^\/properties\/maintenanceConfiguration$/,
    why: "what only later versions know is passed over",
  },
  {
    side: "request",
    code: "INVALID_TYPE",
    at: /^\/id$/,
    why: "a read-only id may even be no string",
  },
  {
    side: "request",
    code: "ENUM_CASE_MISMATCH",
    why: "words are taken in any case, as by Azure",
  },
  {
    side: "request",
    code: "ENUM_MISMATCH",
    operation: /^RedisEnterprise_(?:Create|Update)$/,
    at: /^\/identity\/type$/,
    message: /: systemassigned,\s*userassigned$/i,
    why: "both kinds of identity are taken with and without the space after the comma",
  },
  {
    side: "request",
    code: "OBJECT_ADDITIONAL_PROPERTIES",
    operation: /^RedisEnterprise_Create$/,
    at: /^\/(?:constructor|properties\/toString)$/,
    why: "unknown properties are passed over",
  },
  {
    side: "request",
    code: "OBJECT_ADDITIONAL_PROPERTIES",
    operation: /^AccessPolicyAssignment_CreateUpdate$/,
    at: /^\/properties\/accessString$/,
    why: "an access string, which only later versions know, is passed over",
  },
  {
    side: "request",
    code: "OBJECT_ADDITIONAL_PROPERTIES",
    operation: /^Databases_Update$/,
    at: /^\/(?:id|name|type)$/,
    why: "a PATCH may be the whole of what was read",
  },
  {
    side: "request",
    code: "PATTERN",
    operation: /^AccessPolicyAssignment_/,
    at: /^\/path\/accessPolicyAssignmentName$/,
    message: /: [\da-f]{8}-[\da-f-]{27}$/,
    why: "an assignment may be named by an object id, as Terraform does",
  },
  {
    side: "request",
    code: "PATTERN",
    operation: /^RedisEnterprise_/,
    at: /^\/path\/clusterName$/,
    why: "the name of a cluster that is there is not judged again",
  },
];

/** Operations that never succeed, and what that comes from. */
export const refusedOperations: ReadonlyMap<string, string> = new Map([
  ["Databases_ForceUnlink", "a group has its one database only, so that there is nothing to unlink"],
  ["Databases_ForceLinkToReplicationGroup", "databases cannot be linked"],
]);
