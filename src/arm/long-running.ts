import type { Timing } from "../operations/timing.ts";
import type { StoredOperation } from "../store/operations.ts";
import type { ArmRequest } from "./resource-type.ts";

/** Where `Location` leads: to the operation's result, or to the resource itself (what new child types do, recorded 2025). */
export type LocationForm = "operationresults" | "resource";

/**
 * The headers of a write's answer. While an operation is under way: where to follow it, absolute and on the client's
 * own host, with a Retry-After only under a fixed `--timing` (Azure sends none for this provider). Once all is done:
 * the header that spares Terraform's SDK the ten seconds it waits before it looks at a finished resource.
 */
export function writeHeaders(options: {
  request: Pick<ArmRequest, "origin" | "apiVersion">;
  timing: Timing;
  operation: StoredOperation | undefined;
  /** Provider namespace that the operation's status is under. */
  namespace: string;
  location?: LocationForm;
}): Record<string, string> {
  const { request, timing, operation, namespace } = options;
  if (operation === undefined) return timing.kind === "instant" ? { "x-go-azure-sdk-skip-polling-delay": "true" } : {};
  const { origin, apiVersion } = request;
  const region = encodeURIComponent(operation.location);
  const subscription = `${origin}/subscriptions/${operation.subscriptionKey}`;
  const status = `${subscription}/providers/${namespace}/locations/${region}/operationsStatus/${operation.id}`;
  const resource = `${origin}${encodeURI(operation.resourceId)}`;
  const result = options.location === "resource" ? resource : `${resource}/operationresults/${operation.id}`;
  return {
    "azure-asyncoperation": `${status}?api-version=${apiVersion}`,
    location: `${result}?api-version=${apiVersion}`,
    ...retryAfter(timing),
  };
}

/** Whole seconds until a client should look again; nothing where Azure says nothing. */
export const retryAfter = (timing: Timing): Record<string, string> =>
  timing.kind === "fixed" ? { "retry-after": "1" } : {};
