import { providerResponse } from "../../../arm/arm-response.ts";
import type { ArmResponse } from "../../../arm/arm-response.ts";
import type { ArmOperation, ArmRequest } from "../../../arm/resource-type.ts";
import type { Written } from "../../../arm/write.ts";
import type { StoredOperation } from "../../../store/operations.ts";
import type { Transaction } from "../../../store/store.ts";
import { refuseWhileBusy } from "../databases/child-write.ts";
import { beginWork, writeResponse } from "../write-answer.ts";
import type { StoredCluster } from "../databases/child-write.ts";
import { writeApplied } from "../databases/database-answer.ts";
import { requireIdleDatabase } from "../databases/database-access.ts";
import { badRequest } from "../errors.ts";
import { isSameId, parentIdOf } from "../databases/database-id.ts";
import type { DatabaseServices } from "../databases/database-services.ts";
import type { StoredDatabase } from "../databases/database-store.ts";
import { assignmentBody } from "./assignment-body.ts";
import { defaultAccessString } from "./assignment-document.ts";
import type { AssignmentDocument } from "./assignment-document.ts";
import { assignmentKinds } from "./assignment-operations.ts";
import { checkAssignmentName, readAssignmentRequest } from "./assignment-request.ts";
import type { AssignmentRequest } from "./assignment-request.ts";
import {
  assignmentIdOf,
  createAssignment,
  findAssignment,
  listAssignments,
  removeAssignment,
  saveAssignment,
} from "./assignment-store.ts";

/** What RBAC actions on assignments begin with. */
export const assignmentAction = "Microsoft.Cache/redisEnterprise/databases/accessPolicyAssignments";

/** PUT: 201 for a new assignment, 200 for one that is there. `Location` is the assignment itself (recorded 2025). */
export const putAssignment = (services: DatabaseServices): ArmOperation => ({
  action: `${assignmentAction}/write`,
  display: {
    operation: "Put Access Policy Assignment",
    description: "Creates or updates an access policy assignment of a database.",
  },
  body: "required",
  handle(request) {
    const name = request.path.names.at(-1) ?? "";
    checkAssignmentName(name);
    const asked = readAssignmentRequest(request.body, request.apiVersion);
    return writeAssignment(services, request, async (tx, nowMs) => {
      const { cluster, database } = await requireParents(tx, request);
      const id = assignmentIdOf(database.id, name);
      const current = await findAssignment(tx, id);
      if (current !== undefined) refuseWhileBusy(current);
      await refuseSecondAssignment(tx, database, { id, objectId: asked.objectId });
      const operation = await beginWork(
        services,
        tx,
        { ...cluster, location: cluster.document.location },
        {
          kind: assignmentKinds.write,
          resourceId: current?.id ?? id,
        },
      );
      const document = documentOf({ name, ...current?.document }, asked, operation);
      const saved =
        current === undefined
          ? await createAssignment(tx, database, document, nowMs)
          : await saveAssignment(tx, current, document, nowMs);
      const body = assignmentBody(saved, request.apiVersion);
      const status = current === undefined ? 201 : 200;
      return { response: writeResponse(services, request, { status, body, operation, location: "resource" }) };
    });
  },
});

/** DELETE: 202, or 204 when there is nothing to wait for – also after it existed, for clients take no 200. */
export const deleteAssignment = (services: DatabaseServices): ArmOperation => ({
  action: `${assignmentAction}/delete`,
  display: {
    operation: "Delete Access Policy Assignment",
    description: "Deletes an access policy assignment of a database.",
  },
  handle(request) {
    return writeAssignment(services, request, async (tx, nowMs) => {
      const assignment = await findAssignment(tx, request.resourceId);
      if (assignment === undefined) return { response: providerResponse(204) };
      const { cluster } = await requireParents(tx, request);
      refuseWhileBusy(assignment);
      const input = { answersResource: false };
      const work = { kind: assignmentKinds.delete, resourceId: assignment.id, input };
      const operation = await beginWork(services, tx, { ...cluster, location: cluster.document.location }, work);
      if (operation === undefined) await removeAssignment(tx, assignment, nowMs);
      else {
        const waiting = { provisioningState: "Deleting", operationId: operation.id } as const;
        await saveAssignment(tx, assignment, { ...assignment.document, ...waiting }, nowMs);
      }
      const status = operation === undefined ? 204 : 202;
      return { response: writeResponse(services, request, { status, operation, location: "resource" }) };
    });
  },
});

/** Writes what Redis has to know of. */
const writeAssignment = (
  services: DatabaseServices,
  request: ArmRequest,
  unit: (tx: Transaction, nowMs: number) => Promise<Written>,
): Promise<ArmResponse> => writeApplied(services, request, { databaseId: parentIdOf(request.resourceId), unit });

const requireParents = (
  tx: Transaction,
  request: ArmRequest,
): Promise<{ cluster: StoredCluster; database: StoredDatabase }> =>
  requireIdleDatabase(tx, { ...request, resourceId: parentIdOf(request.resourceId) });

/** A user has one set of permissions on a database. */
async function refuseSecondAssignment(
  tx: Transaction,
  database: StoredDatabase,
  { id, objectId }: { id: string; objectId: string },
): Promise<void> {
  const others = (await listAssignments(tx, database.id)).filter((other) => !isSameId(other.id, id));
  const twin = others.find(({ document }) => isSameId(document.objectId, objectId));
  if (twin === undefined) return;
  throw badRequest(
    `The user '${objectId}' already has the access policy assignment '${twin.document.name}' on the database '${database.id}'.`,
  );
}

/** What a version does not know of stays, or is the default on something new. */
function documentOf(
  current: Pick<AssignmentDocument, "name"> & Partial<AssignmentDocument>,
  { objectId, accessString }: AssignmentRequest,
  operation: StoredOperation | undefined,
): AssignmentDocument {
  const state = current.provisioningState === undefined ? "Creating" : "Updating";
  return {
    name: current.name,
    objectId,
    accessString: (accessString === undefined ? current.accessString : accessString) ?? defaultAccessString,
    provisioningState: operation === undefined ? "Succeeded" : state,
    operationId: operation?.id,
  };
}
