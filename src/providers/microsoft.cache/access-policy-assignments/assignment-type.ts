import { providerResponse } from "../../../arm/arm-response.ts";
import { parentIdOf } from "../../../arm/resource-id.ts";
import type { ArmOperation, ResourceType } from "../../../arm/resource-type.ts";
import { OperationFailure } from "../../../operations/operation-kind.ts";
import type { OperationKind, OperationSubject } from "../../../operations/operation-kind.ts";
import { removeResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { versionsWith } from "../api-versions.ts";
import { refuseWhileAssignmentsBusy, requireIdleDatabase } from "../databases/database.ts";
import type { DatabaseServices } from "../databases/database.ts";
import { beginWork, cacheType, writeResponse } from "../cache-type.ts";
import { assignmentBody, assignmentNotFound, assignments } from "./assignment.ts";
import type { StoredAssignment } from "./assignment.ts";
import { assignmentKinds, putAssignment, writeAssignment } from "./put-assignment.ts";

/** `accessPolicyAssignments` of a database, and the operations on them that outlast their response. */
export const assignmentTypes = (services: DatabaseServices): { types: ResourceType[]; kinds: OperationKind[] } => ({
  types: [assignmentType(services)],
  kinds: assignmentOperations(services),
});

const assignmentType = (services: DatabaseServices): ResourceType =>
  cacheType(assignments.types, {
    apiVersions: versionsWith("managedRedis"),
    operations: {
      get: getAssignment(services),
      list: listOfDatabase(services),
      put: putAssignment(services),
      delete: deleteAssignment(services),
    },
  });

const getAssignment = ({ store }: DatabaseServices): ArmOperation => ({
  action: `${assignments.type}/read`,
  display: {
    operation: "Get Access Policy Assignment",
    description: "Reads an access policy assignment of a database.",
  },
  async handle(request) {
    const assignment = await assignments.find(store, request.resourceId);
    if (assignment === undefined) return assignmentNotFound();
    return providerResponse(200, assignmentBody(assignment, request.apiVersion));
  },
});

const listOfDatabase = ({ store }: DatabaseServices): ArmOperation => ({
  action: `${assignments.type}/read`,
  display: {
    operation: "List Access Policy Assignments",
    description: "Lists the access policy assignments of a database.",
  },
  async handle(request) {
    const listed = await assignments.children(store, request.resourceId.toLowerCase());
    return providerResponse(200, { value: listed.map((each) => assignmentBody(each, request.apiVersion)) });
  },
});

/**
 * 202 with the assignment as body (recorded 2025); 204 when there is nothing to wait for, also when the assignment existed, because
 * clients do not accept 200.
 */
const deleteAssignment = (services: DatabaseServices): ArmOperation => ({
  action: `${assignments.type}/delete`,
  display: {
    operation: "Delete Access Policy Assignment",
    description: "Deletes an access policy assignment of a database.",
  },
  handle(request) {
    return writeAssignment(services, request, async (tx, nowMs) => {
      const assignment = await assignments.find(tx, request.resourceId);
      if (assignment === undefined) return { response: providerResponse(204) };
      const { cluster, database } = await requireIdleDatabase(tx, parentIdOf(request.resourceId));
      await refuseWhileAssignmentsBusy(tx, database);
      const work = { kind: assignmentKinds.delete, resourceId: assignment.id, input: { answersResource: false } };
      const operation = await beginWork(services, tx, cluster, work);
      if (operation === undefined) {
        await removeResource(tx, assignment, nowMs);
        return { response: writeResponse(services, request, { status: 204, operation }) };
      }
      const waiting = { provisioningState: "Deleting", operationId: operation.id } as const;
      const saved = await assignments.update(
        tx,
        assignment,
        { document: { ...assignment.document, ...waiting } },
        nowMs,
      );
      const body = assignmentBody(saved, request.apiVersion);
      return { response: writeResponse(services, request, { status: 202, body, operation, location: "resource" }) };
    });
  },
});

/** Azure's times are estimates. */
function assignmentOperations({ clock }: Pick<DatabaseServices, "clock">): OperationKind[] {
  const settleAs = (provisioningState: "Succeeded" | "Failed"): OperationKind["succeed"] =>
    ending((tx, assignment) => {
      const document = { ...assignment.document, provisioningState, operationId: undefined };
      return assignments.update(tx, assignment, { document }, clock.nowMs());
    });
  const settle = async (tx: Transaction, subject: OperationSubject): Promise<void> => {
    const { failure } = (await assignments.find(tx, subject.resourceId))?.document ?? {};
    if (failure !== undefined) throw new OperationFailure(failure);
    await settleAs("Succeeded")(tx, subject);
  };
  const remove = ending((tx, assignment) => removeResource(tx, assignment, clock.nowMs()));
  const fail = settleAs("Failed");
  return [
    { name: assignmentKinds.write, azureDurationMs: 10_000, succeed: settle, fail },
    // Reported 2025: failed after about three minutes.
    { name: assignmentKinds.overlap, azureDurationMs: 180_000, succeed: settle, fail },
    { name: assignmentKinds.delete, azureDurationMs: 10_000, succeed: remove, fail },
  ];
}

/** Ends an assignment's wait for an operation, unless it waits for a later one by now. */
const ending =
  (write: (tx: Transaction, assignment: StoredAssignment) => Promise<unknown>): OperationKind["succeed"] =>
  async (tx, { id, resourceId }) => {
    const assignment = await assignments.find(tx, resourceId);
    if (assignment?.document.operationId === id) await write(tx, assignment);
  };
