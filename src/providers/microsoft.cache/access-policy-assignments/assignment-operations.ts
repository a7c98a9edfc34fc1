import type { Clock } from "../../../kernel/clock.ts";
import { OperationFailure } from "../../../operations/operation-kind.ts";
import type { OperationKind } from "../../../operations/operation-kind.ts";
import type { Transaction } from "../../../store/store.ts";
import { findAssignment, removeAssignment, saveAssignment } from "./assignment-store.ts";
import type { StoredAssignment } from "./assignment-store.ts";

export const assignmentKinds = {
  write: "redisEnterprise.assignment.write",
  /** A write that began while another assignment of the database was being written. */
  overlap: "redisEnterprise.assignment.overlap",
  delete: "redisEnterprise.assignment.delete",
} as const;

/** What finishes the work on an assignment that does not end before the answer. Azure's times are estimates. */
export function assignmentOperations({ clock }: { clock: Clock }): OperationKind[] {
  const settleAs = (provisioningState: "Succeeded" | "Failed"): OperationKind["succeed"] =>
    ending((tx, assignment) => {
      const document = { ...assignment.document, provisioningState, operationId: undefined };
      return saveAssignment(tx, assignment, document, clock.nowMs());
    });
  const settle: OperationKind["succeed"] = async (tx, subject) => {
    const { failure } = (await findAssignment(tx, subject.resourceId))?.document ?? {};
    if (failure !== undefined) throw new OperationFailure(failure);
    await settleAs("Succeeded")(tx, subject);
  };
  const remove = ending((tx, assignment) => removeAssignment(tx, assignment, clock.nowMs()));
  const fail = settleAs("Failed");
  return [
    { name: assignmentKinds.write, azureDurationMs: 10_000, succeed: settle, fail },
    // Reported 2025: failed after about three minutes.
    { name: assignmentKinds.overlap, azureDurationMs: 180_000, succeed: settle, fail },
    { name: assignmentKinds.delete, azureDurationMs: 10_000, succeed: remove, fail },
  ];
}

/** Ends the waiting of an assignment, unless a later operation has made it wait anew. */
const ending =
  (write: (tx: Transaction, assignment: StoredAssignment) => Promise<unknown>): OperationKind["succeed"] =>
  async (tx, { id, resourceId }) => {
    const assignment = await findAssignment(tx, resourceId);
    if (assignment?.document.operationId === id) await write(tx, assignment);
  };
