import type { Timing } from "../operations/timing.ts";
import type { StoredOperation } from "../store/operations.ts";
import type { ArmRequest } from "./resource-type.ts";

/** Where `Location` leads: to the operation's result, or to the resource itself (what new child types do, recorded 2025). */
export type LocationForm = "operationresults" | "resource";

/** Where clients poll a provider's operation, and how soon. Paths begin with a slash and are escaped. */
export interface FollowUp {
  readonly statusPath: string;
  /** Absent if the response has no `Location`. */
  readonly resultPath?: string;
  /** Azure's `Retry-After`; absent if Azure has none. */
  readonly retryAfterSeconds?: number;
}

/**
 * The headers of the response to a write. While an operation is in progress: the URLs to poll, on the host that the client
 * called, with the provider's Retry-After, or one second without `--timing azure`. When all is done: the header that
 * spares Terraform's SDK its wait of ten seconds before it reads a finished resource.
 */
export function operationHeaders(options: {
  request: Pick<ArmRequest, "origin" | "apiVersion">;
  timing: Timing;
  /** Undefined when no operation is in progress. */
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

/** The same for operations below `operationsStatus`, for which Azure has no Retry-After. */
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

/** The whole seconds until a client should poll again: Azure's under `--timing azure`, if it has any; otherwise one. */
export function retryAfter(timing: Timing, azureSeconds?: number): Record<string, string> {
  const seconds = timing.kind === "azure" ? azureSeconds : 1;
  return seconds === undefined ? {} : { "retry-after": String(seconds) };
}
