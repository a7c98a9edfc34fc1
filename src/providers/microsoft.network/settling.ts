import { findOperation } from "../../store/operations.ts";
import type { StoredOperation } from "../../store/operations.ts";
import { updateResource } from "../../store/resources.ts";
import type { StoredResource } from "../../store/resources.ts";
import type { Transaction } from "../../store/store.ts";

/** The state of a resource whose writes may take time. */
export interface Settling {
  readonly provisioningState: "Succeeded" | "Updating" | "Deleting" | "Failed";
  /** The operation that the state waits for; undefined when nothing is under way. */
  readonly operationId: string | undefined;
}

/** Nothing is under way. */
export const settled: Settling = { provisioningState: "Succeeded", operationId: undefined };

/** The state of a resource while an operation goes on; settled when there is none. */
export const waitingFor = (
  operation: StoredOperation | undefined,
  provisioningState: "Updating" | "Deleting",
): Settling => (operation === undefined ? settled : { provisioningState, operationId: operation.id });

/** The deletion that a resource is in the middle of: a second DELETE joins it. */
export async function deletionUnderWay(tx: Transaction, document: Settling): Promise<StoredOperation | undefined> {
  const { provisioningState, operationId } = document;
  return provisioningState === "Deleting" && operationId !== undefined ? findOperation(tx, operationId) : undefined;
}

const nothing = async (): Promise<void> => undefined;

/** An operation on what has changed with the answer (recorded 2026): clients only have something to follow. */
export const alreadyDone = { azureDurationMs: 1_000, succeed: nothing, fail: nothing } as const;

/** Ends the waiting of a resource, unless it waits for another operation. */
export async function settle<Document extends Settling>(
  tx: Transaction,
  resource: StoredResource<Document>,
  end: { operationId: string; provisioningState: "Succeeded" | "Failed"; nowMs: number },
): Promise<void> {
  const { document } = resource;
  if (document.operationId !== end.operationId) return;
  const { provisioningState } = end;
  await updateResource(
    tx,
    resource,
    { document: { ...document, provisioningState, operationId: undefined } },
    end.nowMs,
  );
}
