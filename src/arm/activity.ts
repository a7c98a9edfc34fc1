import type { Activity } from "../store/activities.ts";
import type { ArmRequest } from "./resource-type.ts";

/** What the activity log needs to know of a request. */
export type Recorded = Pick<
  ArmRequest,
  "method" | "path" | "resourceId" | "operation" | "caller" | "correlationId" | "requestId" | "clientRequestId"
>;

/** What the activity log keeps of the HTTP request itself. */
export interface RecordedRequest {
  readonly method: string;
  readonly requestId: string;
  readonly clientRequestId?: string;
}

/** The activity that a request amounts to, by the status that it is answered with. */
export function activityOf(
  request: Recorded,
  { status, detail, nowMs }: { status: number; detail: object | undefined; nowMs: number },
): Activity {
  const { caller, method, requestId, clientRequestId } = request;
  const recorded: RecordedRequest = {
    method,
    requestId,
    ...(clientRequestId === undefined ? {} : { clientRequestId }),
  };
  return {
    subscriptionKey: request.path.subscriptionId?.toLowerCase() ?? "",
    resourceId: request.resourceId,
    action: request.operation.action,
    caller: caller.objectId,
    callerName: caller.name,
    correlationId: request.correlationId,
    atMs: nowMs,
    outcome: outcomeOf(status),
    request: recorded,
    detail: { status, ...detail },
  };
}

const outcomeOf = (status: number): Activity["outcome"] => {
  if (status >= 400) return "Failed";
  return status === 202 ? "Accepted" : "Succeeded";
};
