import type { Timing } from "../operations/timing.ts";
import type { StoredOperation } from "../store/operations.ts";
import type { ArmRequest } from "./resource-type.ts";

/** Where `Location` leads: to the operation's result, or to the resource itself (what new child types do, recorded 2025). */
export type LocationForm = "operationresults" | "resource";

/** Where a provider has its operations followed, and how soon. Paths begin with a slash and are escaped. */
export interface FollowUp {
  readonly statusPath: string;
  /** Absent where the answer has no `Location`. */
  readonly resultPath?: string;
  /** What Azure says in `Retry-After`; absent where it says nothing. */
  readonly retryAfterSeconds?: number;
}

/**
 * The headers of a write's answer. While an operation is in progress: where to follow it, absolute and on the client's
 * own host, with the provider's Retry-After, or one second without `--timing azure`. Once all is done: the header that
 * spares Terraform's SDK the ten seconds it waits before it looks at a finished resource.
 */
export function operationHeaders(options: {
  request: Pick<ArmRequest, "origin" | "apiVersion">;
  timing: Timing;
  /** Undefined when there is nothing to follow. */
  followUp: FollowUp | undefined;
}): Record<string, string> {
  const { request, timing, followUp } = options;
  if (followUp === undefined) return timing.kind === "instant" ? { "x-go-azure-sdk-skip-polling-delay": "true" } : {};
  const { statusPath, resultPath, retryAfterSeconds } = followUp;
  const urlOf = (path: string): string => `${request.origin}${path}?api-version=${request.apiVersion}`;
  return {
    "azure-asyncoperation": urlOf(statusPath),
    ...(resultPath === undefined ? {} : { location: urlOf(resultPath) }),
    ...retryAfter(timing, retryAfterSeconds),
  };
}

/** The same for operations below `operationsStatus`, which come without a Retry-After of Azure's. */
export function writeHeaders(options: {
  request: Pick<ArmRequest, "origin" | "apiVersion">;
  timing: Timing;
  operation: StoredOperation | undefined;
  /** Provider namespace that the operation's status is under. */
  namespace: string;
  location?: LocationForm;
}): Record<string, string> {
  const { request, timing, operation, namespace } = options;
  if (operation === undefined) return operationHeaders({ request, timing, followUp: undefined });
  const { id, subscriptionKey, resourceId } = operation;
  const locations = `/subscriptions/${subscriptionKey}/providers/${namespace}/locations`;
  const resource = encodeURI(resourceId);
  const followUp = {
    statusPath: `${locations}/${encodeURIComponent(operation.location)}/operationsStatus/${id}`,
    resultPath: options.location === "resource" ? resource : `${resource}/operationresults/${id}`,
  };
  return operationHeaders({ request, timing, followUp });
}

/** Whole seconds until a client should look again: Azure's under `--timing azure`, where it has any, else one. */
export function retryAfter(timing: Timing, azureSeconds?: number): Record<string, string> {
  const seconds = timing.kind === "azure" ? azureSeconds : 1;
  return seconds === undefined ? {} : { "retry-after": String(seconds) };
}
