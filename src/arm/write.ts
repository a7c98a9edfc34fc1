import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import { recordActivity } from "../store/activities.ts";
import type { Activity } from "../store/activity-rows.ts";
import { findResource } from "../store/resources.ts";
import { failureFields, type Store, type Transaction } from "../store/store.ts";
import type { ArmError } from "./arm-error.ts";
import { groupBeingDeleted, parentNotFound, resourceGroupNotFound } from "./errors.ts";
import type { Exchange } from "./pipeline/exchange.ts";
import { subscriptionKeyOf } from "./resource-id.ts";
import type { ArmRequest, ArmResponse } from "./resource-type.ts";
import { isBeingDeleted, resourceGroupTypeKey } from "./subscriptions-and-groups.ts";

/** What a write's unit of work returns. */
export interface Written {
  readonly response: ArmResponse;
  /** What the activity log keeps besides the status: old and new state, for instance. */
  readonly detail?: object;
}

/**
 * Runs a write in one transaction together with its record in the activity log, and resolves only once both are
 * durable. A unit that throws leaves neither, and nor does a dry run, which ends in `DryRunEnded`. Nothing is written below a
 * resource that was deleted after the pipeline had read it.
 */
export function write(
  { store, clock }: { store: Store; clock: Clock },
  request: ArmRequest,
  unit: (tx: Transaction, nowMs: number) => Promise<Written>,
): Promise<ArmResponse> {
  return store.write(async (tx) => {
    const nowMs = clock.nowMs();
    await request.dryRun?.prepare(tx, nowMs);
    await checkAncestors(tx, request);
    const { response, detail } = await unit(tx, nowMs);
    if (request.dryRun !== undefined) throw new DryRunEnded(response);
    recordActivity(tx, activityOf(request, { status: response.status, detail, nowMs }));
    return response;
  });
}

/** How `write()` ends a dry run: thrown, so that the transaction is rolled back and no handler continues. */
export class DryRunEnded extends Error {
  override readonly name = "DryRunEnded";
  /** The response that the write would have got. */
  readonly response: ArmResponse;

  constructor(response: ArmResponse) {
    super("The write was a dry run.");
    this.response = response;
  }
}

async function checkAncestors(tx: Transaction, { method, path, group, ancestors }: ArmRequest): Promise<void> {
  if (method !== "PUT" && method !== "PATCH") return;
  for (const { key, id, typeKey } of ancestors) {
    const ancestor = tx.cache.get(key) ?? (await findResource(tx, id));
    const isGroup = typeKey === resourceGroupTypeKey;
    if (ancestor !== undefined && !(isGroup && isBeingDeleted(ancestor))) continue;
    if (ancestor !== undefined) throw groupBeingDeleted(group);
    if (isGroup) throw resourceGroupNotFound(group);
    throw parentNotFound({ verb: "write", type: path.types.join("/"), parentId: id });
  }
}

/** What the activity log records of a request. */
type Recorded = Pick<
  ArmRequest,
  "method" | "resourceId" | "operation" | "caller" | "correlationId" | "requestId" | "clientRequestId"
>;

/** What the activity log keeps of the HTTP request itself. */
export interface RecordedRequest {
  readonly method: string;
  readonly requestId: string;
  readonly clientRequestId?: string;
}

/** The activity of a request with a response of this status. */
function activityOf(
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
    subscriptionKey: subscriptionKeyOf(request.resourceId),
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
 * Records in the activity log that a change was refused, if its caller is known and its subscription exists. The response
 * is the same if that fails.
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
    await store.write(async (tx) => recordActivity(tx, activity));
  } catch (cause) {
    const fields = { ...failureFields(cause), correlationId: exchange.correlationId };
    log.error(fields, "A refusal could not be recorded in the activity log.");
  }
}

/** What is recorded of a request; undefined for reads, and for requests that were refused before they had a caller. */
function recordedOf(exchange: Exchange): Recorded | undefined {
  const { caller, operation, ancestors, method } = exchange;
  const isInSubscription = ancestors.length > 0;
  if (caller === undefined || operation === undefined || !isInSubscription) return undefined;
  return changingMethods.has(method) ? { ...exchange, caller, operation } : undefined;
}
