import type { Clock } from "../kernel/clock.ts";
import { recordActivity } from "../store/activities.ts";
import { findResources } from "../store/resources.ts";
import type { Store, Transaction } from "../store/store.ts";
import { activityOf } from "./activity.ts";
import type { ArmResponse } from "./arm-response.ts";
import { groupBeingDeleted, parentNotFound, resourceGroupNotFound } from "./errors.ts";
import { DryRunEnded } from "./dry-run.ts";
import { isBeingDeleted, resourceGroupTypeKey } from "./subscriptions-and-groups.ts";
import type { ArmRequest } from "./resource-type.ts";

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
    await recordActivity(tx, activityOf(request, { status: response.status, detail, nowMs }));
    return response;
  });
}

async function checkAncestors(tx: Transaction, { method, path, ancestors }: ArmRequest): Promise<void> {
  if (method !== "PUT" && method !== "PATCH") return;
  const group = path.resourceGroup ?? "";
  const found = await findResources(
    tx,
    ancestors.map(({ id }) => id),
  );
  for (const { key, id, typeKey } of ancestors) {
    const ancestor = found.get(key);
    const isGroup = typeKey === resourceGroupTypeKey;
    if (ancestor !== undefined && !(isGroup && isBeingDeleted(ancestor))) continue;
    if (ancestor !== undefined) throw groupBeingDeleted(group);
    if (isGroup) throw resourceGroupNotFound(group);
    throw parentNotFound({ verb: "write", type: path.types.join("/"), parentId: id });
  }
}
