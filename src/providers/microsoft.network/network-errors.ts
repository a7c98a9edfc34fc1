import { ArmError, type ArmErrorFields, type ErrorCode, type ErrorDetail } from "../../arm/arm-error.ts";
import { invalidFormat } from "../../arm/errors.ts";
import type { Settling } from "../../arm/lifecycle.ts";

/*
 * Azure's own wordings: recorded, documented, or quoted by users in public threads, except those marked as ours.
 */

/** A refusal of Microsoft.Network. */
export const networkError = (code: ErrorCode, message: string, details?: readonly ErrorDetail[]): ArmError =>
  new ArmError({ code, message, speaker: "network", ...(details === undefined ? {} : { details }) });

/** A child resource that does not exist. */
export const childNotFound = (id: string): ArmError => networkError("NotFound", `Resource ${id} not found.`);

/** A reference to a resource that does not exist, or is in another region. */
export const invalidReference = (
  reference: { to: string; from: string },
  more: Pick<ArmErrorFields, "details" | "isLasting"> = {},
): ArmError =>
  new ArmError({
    code: "InvalidResourceReference",
    speaker: "network",
    message:
      `Resource ${reference.to} referenced by resource ${reference.from} was not found. ` +
      "Please make sure that the referenced resource exists, and that both resources are in the same region.",
    ...more,
  });

/** A reference without an id; `path` is that of the property that refers, without its `id`. */
export const missingReferenceId = (path: string): ArmError =>
  invalidFormat([{ code: "MissingJsonReferenceId", message: `Value for reference id is missing. Path ${path}.` }]);

/** A reference to a resource of another type than `kind`, e.g. `subnets`. */
export const wrongReference = ({ id, kind, path }: { id: string; kind: string; path: string }): ArmError =>
  invalidFormat([
    {
      code: "InvalidJsonReferenceFormat",
      message:
        `Reference Id ${id} is not formatted correctly. ` +
        `The Id is expected to reference resources of type ${kind}. Path ${path}.`,
    },
  ]);

/** Two child resources of one name in the body of their parent `id`. */
export const duplicateChild = (id: string, name: string): ArmError =>
  invalidFormat([
    {
      code: "DuplicateResourceName",
      message: `Resource ${id} has two child resources with the same name (${name}).`,
    },
  ]);

/** An id that ARM cannot parse, at the path of a property. */
export const invalidLinkedId = (id: string, path: string): ArmError =>
  new ArmError({
    code: "LinkedInvalidPropertyId",
    message:
      `Property id '${id}' at path '${path}' is invalid. Expect fully qualified resource Id that start with ` +
      "'/subscriptions/{subscriptionId}' or '/providers/{resourceProviderNamespace}/'.",
  });

/** A write to a resource with an operation in progress, whose status is at a URL. */
export const anotherOperationInProgress = (statusUrl: string): ArmError =>
  networkError(
    "AnotherOperationInProgress",
    "Another operation on this or dependent resource is in progress. " +
      `To retrieve status of the operation use uri: ${statusUrl}.`,
  );

const referencedRetrySeconds = 11;

/** Refuses the use of a resource with an operation in progress; `operation` is Azure's name for that. */
export function refuseUnprovisioned(
  used: { id: string; document: Settling },
  by: { id: string; operation: string },
): void {
  const { provisioningState } = used.document;
  if (provisioningState === "Succeeded") return;
  const message =
    `Cannot proceed with operation because resource ${used.id} used by resource ${by.id} is not in Succeeded state. ` +
    `Resource is in ${provisioningState} state and the last operation that updated/is updating the resource is ${by.operation}.`;
  throw new ArmError({
    code: "RetryableError",
    speaker: "network",
    message: "A retryable error occurred.",
    details: [{ code: "ReferencedResourceNotProvisioned", message }],
    headers: { "retry-after": String(referencedRetrySeconds) },
  });
}
