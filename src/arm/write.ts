import type { Clock } from "../kernel/clock.ts";
import { recordActivity } from "../store/activities.ts";
import type { Store, Transaction } from "../store/store.ts";
import type { ArmResponse } from "./arm-response.ts";
import type { ArmRequest } from "./resource-type.ts";

/** What a write's unit of work answers. */
export interface Written {
  readonly response: ArmResponse;
  /** What the activity log keeps besides the status: old and new state, for instance. */
  readonly detail?: object;
}

/**
 * Runs a write in one transaction together with its record in the activity log, and answers only once both are
 * durable. A unit that throws leaves neither.
 */
export function write(
  { store, clock }: { store: Store; clock: Clock },
  request: ArmRequest,
  unit: (tx: Transaction, nowMs: number) => Promise<Written>,
): Promise<ArmResponse> {
  return store.write(async (tx) => {
    const nowMs = clock.nowMs();
    const { response, detail } = await unit(tx, nowMs);
    await recordActivity(tx, {
      subscriptionKey: request.path.subscriptionId?.toLowerCase() ?? "",
      resourceId: request.resourceId,
      action: request.operation.action,
      caller: request.caller.objectId,
      correlationId: request.correlationId,
      atMs: nowMs,
      detail: { status: response.status, ...detail },
    });
    return response;
  });
}
