import { randomBytes } from "node:crypto";
import { providerResponse } from "../../../arm/arm-response.ts";
import type { ArmResponse } from "../../../arm/arm-response.ts";
import { hasFeature } from "../api-versions.ts";
import { defaultPolicyName } from "./assignment-document.ts";
import type { StoredAssignment } from "./assignment-store.ts";

/** An assignment as clients of an api-version read it, in the recorded order. */
export function assignmentBody({ id, document }: StoredAssignment, apiVersion: string): object {
  const { name, objectId, accessString, provisioningState } = document;
  return {
    properties: {
      provisioningState,
      accessPolicyName: defaultPolicyName,
      ...(hasFeature(apiVersion, "accessStrings") ? { accessString } : {}),
      user: { objectId },
    },
    id,
    name,
    type: "Microsoft.Cache/redisEnterprise/databases/accessPolicyAssignments",
  };
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
