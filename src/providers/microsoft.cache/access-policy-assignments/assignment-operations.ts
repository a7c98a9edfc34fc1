import type { Clock } from "../../../kernel/clock.ts";
import type { OperationKind } from "../../../operations/operation-kind.ts";
import type { Transaction } from "../../../store/store.ts";
import { findAssignment, removeAssignment, saveAssignment } from "./assignment-store.ts";
import type { StoredAssignment } from "./assignment-store.ts";

export const assignmentKinds = {
  write: "redisEnterprise.assignment.write",
  delete: "redisEnterprise.assignment.delete",
} as const;

/** What finishes the work on an assignment that does not end before the answer. Azure's times are estimates. */
export function assignmentOperations({ clock }: { clock: Clock }): OperationKind[] {
  const settleAs = (provisioningState: "Succeeded" | "Failed"): OperationKind["succeed"] =>
    ending((tx, assignment) => {
      const document = { ...assignment.document, provisioningState, operationId: undefined };
      return saveAssignment(tx, assignment, document, clock.nowMs());
    });
  const remove = ending((tx, assignment) => removeAssignment(tx, assignment, clock.nowMs()));
  return [
    { name: assignmentKinds.write, azureDurationMs: 10_000, succeed: settleAs("Succeeded"), fail: settleAs("Failed") },
    { name: assignmentKinds.delete, azureDurationMs: 10_000, succeed: remove, fail: settleAs("Failed") },
  ];
}

/** Ends the waiting of an assignment, unless a later operation has made it wait anew. */
const ending =
  (write: (tx: Transaction, assignment: StoredAssignment) => Promise<unknown>): OperationKind["succeed"] =>
  async (tx, { id, resourceId }) => {
    const assignment = await findAssignment(tx, resourceId);
    if (assignment?.document.operationId === id) await write(tx, assignment);
  };
