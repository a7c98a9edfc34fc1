import type { ArmRequest } from "../../../arm/resource-type.ts";
import type { Timing } from "../../../operations/timing.ts";
import type { StoredOperation } from "../../../store/operations.ts";

/** Recorded for the deletion of a group; a fixed `--timing` has clients look again at once. */
const azureRetryAfterSeconds = 15;

/** Where a group's deletion is followed, and how soon: the same on its 202 and on every 202 of a poll. */
export function resultHeaders(options: {
  request: Pick<ArmRequest, "origin" | "apiVersion">;
  timing: Timing;
  operation: StoredOperation;
}): Record<string, string> {
  const { request, timing, operation } = options;
  const path = `/subscriptions/${operation.subscriptionKey}/operationresults/${operation.id}`;
  return {
    location: `${request.origin}${path}?api-version=${request.apiVersion}`,
    "retry-after": String(timing.kind === "azure" ? azureRetryAfterSeconds : 1),
  };
}
