import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import { recordActivity } from "../store/activities.ts";
import type { Activity } from "../store/activities.ts";
import { failureFields } from "../store/store.ts";
import type { Store } from "../store/store.ts";
import type { ArmError } from "./arm-error.ts";
import type { Exchange } from "./pipeline/exchange.ts";
import type { ArmRequest } from "./resource-type.ts";

/** What the activity log needs to know of a request. */
type Recorded = Pick<
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

const changingMethods: ReadonlySet<string> = new Set(["PUT", "PATCH", "POST", "DELETE"]);

/**
 * Notes in the activity log that a change was refused to somebody we know, in a subscription that there is. The answer
 * stands whether or not it can be noted.
 */
export async function recordFailure(
  exchange: Exchange,
  { status, code, message }: ArmError,
  { store, clock, log }: { store: Store; clock: Clock; log: Log },
): Promise<void> {
  const recorded = recordedOf(exchange);
  if (recorded === undefined) return;
  const activity = activityOf(recorded, { status, detail: { error: { code, message } }, nowMs: clock.nowMs() });
  try {
    await store.write((tx) => recordActivity(tx, activity));
  } catch (cause) {
    const fields = { ...failureFields(cause), correlationId: exchange.correlationId };
    log.error(fields, "A refusal could not be noted in the activity log.");
  }
}

/** What is noted of a request; undefined for reads, and for what got no further than our door. */
function recordedOf(exchange: Exchange): Recorded | undefined {
  const { caller, operation, ancestors, method } = exchange;
  const isInSubscription = ancestors.length > 0;
  if (caller === undefined || operation === undefined || !isInSubscription) return undefined;
  return changingMethods.has(method) ? { ...exchange, caller, operation } : undefined;
}
