import { randomBytes } from "node:crypto";
import { providerResponse } from "../../../arm/arm-response.ts";
import type { ArmResponse } from "../../../arm/arm-response.ts";
import { hasFeature } from "../api-versions.ts";
import { defaultPolicyName, invalidAccessString } from "./assignment-document.ts";
import type { AssignmentDocument } from "./assignment-document.ts";
import type { StoredAssignment } from "./assignment-store.ts";

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
    type: "Microsoft.Cache/redisEnterprise/databases/accessPolicyAssignments",
  };
}

/** What was wrong with the access string, once its assignment has failed; absent otherwise. */
function provisioningError({ provisioningState, failure }: AssignmentDocument): object {
  if (provisioningState !== "Failed" || failure?.code !== invalidAccessString) return {};
  return { provisioningError: { ...failure, target: "properties.accessString" } };
}

/** The answer for an assignment that is not there: not ARM's envelope, but the web framework's own (recorded 2026). */
export const assignmentNotFound = (): ArmResponse => ({
  ...providerResponse(404, {
    type: "https://tools.ietf.org/html/rfc9110#section-15.5.5",
    title: "Not Found",
    status: 404,
    traceId: `00-${randomBytes(16).toString("hex")}-${randomBytes(8).toString("hex")}-00`,
  }),
  contentType: "application/problem+json; charset=utf-8",
});
