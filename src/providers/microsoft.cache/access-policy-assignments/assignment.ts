import { randomBytes } from "node:crypto";
import { providerResponse, type ArmResponse } from "../../../arm/resource-type.ts";
import { resourceKind } from "../../../arm/resource-kind.ts";
import type { OperationError } from "../../../store/operations.ts";
import type { StoredResource } from "../../../store/store.ts";
import { hasFeature } from "../api-versions.ts";
import { cacheNamespace } from "../cache-type.ts";

/** What is stored of an access policy assignment: who may do what with a database's keys. */
export interface AssignmentDocument {
  readonly name: string;
  /** Object id of the user, service principal or managed identity, as the caller spelled it. */
  readonly objectId: string;
  /** Permissions as Redis's ACL spells them (redis.io/docs/latest/operate/oss_and_stack/management/security/acl). */
  readonly accessString: string;
  /** The error of its last write, also before that write's operation ends. Such an assignment permits nothing. */
  readonly failure?: OperationError | undefined;
  readonly provisioningState: "Succeeded" | "Failed" | "Creating" | "Updating" | "Deleting";
  /** The operation that the provisioning state waits for; a later one takes its place. */
  readonly operationId: string | undefined;
}

export type StoredAssignment = StoredResource<AssignmentDocument>;

export const assignments = resourceKind<AssignmentDocument>(cacheNamespace, [
  "redisEnterprise",
  "databases",
  "accessPolicyAssignments",
]);

/** The work on assignments that may take longer than a response. Azure's times are estimates. */
export const assignmentWork = {
  write: { name: "redisEnterprise.assignment.write", azureDurationMs: 10_000 },
  /** A write that began while another assignment of the database was being written. Reported 2025: it failed after about 3 minutes. */
  overlap: { name: "redisEnterprise.assignment.overlap", azureDurationMs: 180_000 },
  delete: {
    name: "redisEnterprise.assignment.delete",
    azureDurationMs: 10_000,
    input: { answersResource: false },
  },
} as const;

/** The only access policy (published). */
export const defaultPolicyName = "default";

/** What the default policy permits (published with 2026-05-01-preview). */
export const defaultAccessString = "+@all ~*";

/** The code of an assignment whose access string Redis does not accept (published with 2026-05-01-preview). */
export const invalidAccessString = "InvalidAccessString";

/** Whether an assignment permits what it says: not before its first operation has ended, after a failure, or during its deletion. */
export const isInForce = ({ provisioningState, failure }: AssignmentDocument): boolean =>
  failure === undefined && (provisioningState === "Succeeded" || provisioningState === "Updating");

/** An assignment as clients of an api-version read it, in the recorded order. */
export function assignmentBody({ id, document }: StoredAssignment, apiVersion: string): object {
  const { name, objectId, accessString, provisioningState } = document;
  const hasStrings = hasFeature(apiVersion, "accessStrings");
  return {
    properties: {
      accessPolicyName: defaultPolicyName,
      ...(hasStrings ? { accessString } : {}),
      user: { objectId },
      provisioningState,
      ...(hasStrings ? provisioningError(document) : {}),
    },
    id,
    name,
    type: assignments.type,
  };
}

/** What is wrong with the access string, once its assignment has failed. */
function provisioningError({ provisioningState, failure }: AssignmentDocument): object {
  if (provisioningState !== "Failed" || failure?.code !== invalidAccessString) return {};
  return { provisioningError: { ...failure, target: "properties.accessString" } };
}

/** The response for an assignment that does not exist: not ARM's envelope, but the web framework's own (recorded 2026). */
export const assignmentNotFound = (): ArmResponse => ({
  ...providerResponse(404, {
    type: "https://tools.ietf.org/html/rfc9110#section-15.5.5",
    title: "Not Found",
    status: 404,
    traceId: `00-${randomBytes(16).toString("hex")}-${randomBytes(8).toString("hex")}-00`,
  }),
  contentType: "application/problem+json; charset=utf-8",
});
