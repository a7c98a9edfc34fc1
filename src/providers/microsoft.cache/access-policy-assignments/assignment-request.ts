import { bodySchema } from "../../../arm/body-schema.ts";
import type { JsonObject } from "../../../kernel/json.ts";
import { isUuid } from "../../../kernel/ids.ts";
import { hasFeature } from "../api-versions.ts";
import { faultIf, invalidName, refuseFaults, shown } from "../errors.ts";
import { defaultAccessString, defaultPolicyName } from "./assignment.ts";

const properties = {
  accessPolicyName: { type: ["string", "null"] },
  accessString: { type: ["string", "null"] },
  user: { type: "object", required: ["objectId"], properties: { objectId: { type: "string" } } },
} as const;

const currentSchema = bodySchema({
  type: "object",
  required: ["properties"],
  properties: { properties: { type: "object", required: ["user"], properties } },
});

/** Versions without access strings require a policy's name. */
const namedSchema = bodySchema({
  type: "object",
  required: ["properties"],
  properties: {
    properties: {
      type: "object",
      required: ["accessPolicyName", "user"],
      properties: { accessPolicyName: { type: "string" }, user: properties.user },
    },
  },
});

/** What a caller asks for. */
export interface AssignmentRequest {
  readonly objectId: string;
  readonly accessString: string;
}

/** Reads a body; versions without access strings always permit everything (documented). @throws ArmError with every fault. */
export function readAssignmentRequest(body: JsonObject | undefined, apiVersion: string): AssignmentRequest {
  const { accessPolicyName, accessString, user } = hasFeature(apiVersion, "accessStrings")
    ? currentSchema.parse(body).properties
    : { ...namedSchema.parse(body).properties, accessString: undefined };
  const { objectId } = user;
  const policy = accessPolicyName ?? defaultPolicyName;
  refuseFaults([
    ...faultIf(
      policy.toLowerCase() !== defaultPolicyName,
      "accessPolicyName",
      `The value ${shown(policy)} of property 'properties.accessPolicyName' is not valid. ` +
        `Allowed values: '${defaultPolicyName}'.`,
    ),
    ...faultIf(
      !isUuid(objectId),
      "user.objectId",
      `The value ${shown(objectId)} of property 'properties.user.objectId' is not a UUID.`,
    ),
  ]);
  return { objectId, accessString: accessString ?? defaultAccessString };
}

/** Published: letters and digits. Hyphens are accepted as well: Terraform names assignments by object id, and Azure accepts that. */
const namePattern = /^[A-Za-z0-9-]{1,60}$/;

/** @throws ArmError when an assignment cannot have this name. */
export function checkAssignmentName(name: string): void {
  if (namePattern.test(name)) return;
  throw invalidName("access policy assignment", name, "It must be 1 to 60 letters, digits and hyphens.");
}
