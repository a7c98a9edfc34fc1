import { providerResponse } from "../../../arm/arm-response.ts";
import type { ArmResponse } from "../../../arm/arm-response.ts";
import type { ArmOperation, ArmRequest } from "../../../arm/resource-type.ts";
import type { Written } from "../../../arm/write.ts";
import type { OperationError, StoredOperation } from "../../../store/operations.ts";
import type { Transaction } from "../../../store/store.ts";
import { isBusy } from "../clusters/cluster-document.ts";
import { refuseWhileBusy } from "../databases/child-write.ts";
import { beginWork, writeResponse } from "../cache-type.ts";
import type { StoredCluster } from "../databases/child-write.ts";
import { writeApplied } from "../databases/database-answer.ts";
import { refuseWhileAssignmentsBusy, requireIdleDatabase } from "../databases/database-access.ts";
import { badRequest, refuseFaults, refused } from "../errors.ts";
import { isSameId, parentIdOf } from "../databases/database-id.ts";
import type { DatabaseServices } from "../databases/database-services.ts";
import type { StoredDatabase } from "../databases/database-store.ts";
import { assignmentBody } from "./assignment-body.ts";
import { accessStringProblem } from "./access-string.ts";
import { defaultAccessString, invalidAccessString } from "./assignment-document.ts";
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
import type { StoredAssignment } from "./assignment-store.ts";

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
  async handle(request) {
    const name = request.path.names.at(-1) ?? "";
    checkAssignmentName(name);
    const asked = await judged(services, request, readAssignmentRequest(request.body, request.apiVersion));
    return await writeAssignment(services, request, async (tx, nowMs) => {
      const { cluster, database } = await requireParents(tx, request);
      refuseStringBesideModules(database, asked);
      const id = assignmentIdOf(database.id, name);
      const current = await findAssignment(tx, id);
      if (current !== undefined) refuseWhileBusy(current);
      const others = (await listAssignments(tx, database.id)).filter((other) => !isSameId(other.id, id));
      refuseSecondAssignment(others, database, asked.objectId);
      const overlaps = others.some(({ document }) => isBusy(document));
      const operation = await beginWork(services, tx, cluster, {
        kind: overlaps ? assignmentKinds.overlap : assignmentKinds.write,
        resourceId: current?.id ?? id,
      });
      const failure = asked.failure ?? (overlaps ? overlapFailure : undefined);
      const document = documentOf({ name, ...current?.document }, { ...asked, failure }, operation);
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

/**
 * DELETE: 202 with the assignment as body (recorded 2025), or 204 when there is nothing to wait for – also after it existed, for
 * clients take no 200.
 */
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
      const { cluster, database } = await requireParents(tx, request);
      await refuseWhileAssignmentsBusy(tx, database);
      const input = { answersResource: false };
      const work = { kind: assignmentKinds.delete, resourceId: assignment.id, input };
      const operation = await beginWork(services, tx, cluster, work);
      if (operation === undefined) {
        await removeAssignment(tx, assignment, nowMs);
        return { response: writeResponse(services, request, { status: 204, operation }) };
      }
      const waiting = { provisioningState: "Deleting", operationId: operation.id } as const;
      const saved = await saveAssignment(tx, assignment, { ...assignment.document, ...waiting }, nowMs);
      const body = assignmentBody(saved, request.apiVersion);
      return { response: writeResponse(services, request, { status: 202, body, operation, location: "resource" }) };
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

/** A write of an assignment, with what stands against its access string. */
interface JudgedRequest extends AssignmentRequest {
  readonly failure: OperationError | undefined;
}

/** Tries the access string. */
async function judged(
  { dataPlane }: DatabaseServices,
  { resourceId }: ArmRequest,
  asked: AssignmentRequest,
): Promise<JudgedRequest> {
  const { accessString } = asked;
  if (accessString === defaultAccessString) return { ...asked, failure: undefined };
  const message = await accessStringProblem(dataPlane, { databaseId: parentIdOf(resourceId), accessString });
  return { ...asked, failure: message === undefined ? undefined : { code: invalidAccessString, message } };
}

/** What becomes of assignments that are written at once: all are taken, and only the first succeeds (reported 2025 and 2026). */
const overlapFailure: OperationError = { code: "OperationFailed", message: "The operation failed." };

/** Permissions do not go with modules (documented 2026): their commands are in none of the categories yet. */
function refuseStringBesideModules({ document }: StoredDatabase, { accessString }: AssignmentRequest): void {
  if (accessString === defaultAccessString || document.modules.length === 0) return;
  refuseFaults([
    refused(
      "properties.accessString",
      accessString,
      `cannot be assigned on a database with modules, where it must be '${defaultAccessString}'.`,
    ),
  ]);
}

/** A user has one set of permissions on a database. */
function refuseSecondAssignment(others: readonly StoredAssignment[], database: StoredDatabase, objectId: string): void {
  const twin = others.find(({ document }) => isSameId(document.objectId, objectId));
  if (twin === undefined) return;
  throw badRequest(
    `The user '${objectId}' already has the access policy assignment '${twin.document.name}' on the database '${database.id}'.`,
  );
}

function documentOf(
  current: Pick<AssignmentDocument, "name"> & Partial<AssignmentDocument>,
  { objectId, accessString, failure }: JudgedRequest,
  operation: StoredOperation | undefined,
): AssignmentDocument {
  const waiting = current.provisioningState === undefined ? "Creating" : "Updating";
  const ended = failure === undefined ? "Succeeded" : "Failed";
  return {
    name: current.name,
    objectId,
    accessString,
    failure,
    provisioningState: operation === undefined ? ended : waiting,
    operationId: operation?.id,
  };
}
