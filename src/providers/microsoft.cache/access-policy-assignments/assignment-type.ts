import { providerResourceNotFound } from "../../../arm/errors.ts";
import { lifecycleOperations, lifecycleWork, workEnds, type Lifecycle } from "../../../arm/lifecycle.ts";
import { isSame, parentIdOf } from "../../../arm/resource-id.ts";
import type { ArmOperation, ResourceType } from "../../../arm/resource-type.ts";
import { write } from "../../../arm/write.ts";
import { OperationFailure } from "../../../operations/operation-kind.ts";
import type { OperationError, StoredOperation } from "../../../store/operations.ts";
import { versionsWith } from "../api-versions.ts";
import { beginWork, cacheDialect, cacheType, shownRegion, writeResponse, type CacheServices } from "../cache-type.ts";
import { clusters, isBusy, refuseWhileBusy } from "../clusters/cluster.ts";
import { refuseWhileAssignmentsBusy, requireIdleDatabase } from "../databases/database.ts";
import { checkAssignmentName, readAssignmentRequest, type AssignmentRequest } from "./assignment-request.ts";
import { accessStringFailure, refuseSecondAssignment, refuseStringBesideModules } from "./assignment-rules.ts";
import { assignmentBody, assignmentNotFound, assignmentWork, assignments } from "./assignment.ts";
import type { AssignmentDocument, StoredAssignment } from "./assignment.ts";

/** `accessPolicyAssignments` of a database. */
export function assignmentType(services: CacheServices): ResourceType {
  const life = lifecycle(services);
  const operations = lifecycleOperations(life);
  const { get, delete: remove } = operations;
  return cacheType(assignments.types, {
    apiVersions: versionsWith("managedRedis"),
    operations: {
      ...operations,
      get: {
        ...get,
        handle: async (request) =>
          (await assignments.find(services.store, request.resourceId)) === undefined
            ? assignmentNotFound()
            : get.handle(request),
      },
      put: putAssignment(services),
      delete: {
        ...remove,
        async handle(request) {
          const response = await remove.handle(request);
          await services.dataPlane?.applied(parentIdOf(request.resourceId));
          return response;
        },
      },
    },
    work: [...lifecycleWork(life), { ...assignmentWork.overlap, ...workEnds(life) }],
  });
}

const lifecycle = (services: CacheServices): Lifecycle<AssignmentDocument> => ({
  kind: assignments,
  dialect: {
    ...cacheDialect(services),
    // 202 with the assignment as body (recorded 2025), else 204: clients do not accept 200.
    deleteResponse: (request, { operation, body }) =>
      operation === undefined
        ? writeResponse(services, request, { status: 204, operation })
        : writeResponse(services, request, { status: 202, body, operation, location: "resource" }),
  },
  noun: "Access Policy Assignment",
  plural: "Access Policy Assignments",
  work: assignmentWork,
  bodies: async (_from, found, { apiVersion }) => found.map((each) => assignmentBody(each, apiVersion)),
  notFound: providerResourceNotFound,
  locationOf: async (from, { id }) =>
    shownRegion((await clusters.require(from, parentIdOf(parentIdOf(id)))).document.location),
  async beforeDelete(tx, { id }) {
    const { database } = await requireIdleDatabase(tx, parentIdOf(id));
    await refuseWhileAssignmentsBusy(tx, database);
  },
  settle(document, outcome) {
    if (outcome === "Succeeded" && document.failure !== undefined) throw new OperationFailure(document.failure);
    return document;
  },
});

/** PUT: 201 for a new assignment, 200 for an existing one. `Location` is the assignment itself (recorded 2025). */
const putAssignment = (services: CacheServices): ArmOperation => ({
  action: `${assignments.type}/write`,
  display: {
    operation: "Put Access Policy Assignment",
    description: "Creates or updates an access policy assignment of a database.",
  },
  body: "required",
  async handle(request) {
    const { apiVersion, name, resourceId } = request;
    const databaseId = parentIdOf(resourceId);
    checkAssignmentName(name);
    const asked = readAssignmentRequest(request.body, apiVersion);
    const stringFailure = await accessStringFailure(services.dataPlane, { databaseId, ...asked });
    const response = await write(services, request, async (tx, nowMs) => {
      const { cluster, database } = await requireIdleDatabase(tx, databaseId);
      refuseStringBesideModules(database, asked);
      const id = `${database.id}/accessPolicyAssignments/${name}`;
      const current = await assignments.find(tx, id);
      if (current !== undefined) refuseWhileBusy(current);
      const others = (await assignments.children(tx, database.key)).filter((other) => !isSame(other.id, id));
      refuseSecondAssignment(others, database, asked);
      const overlaps = others.some(({ document }) => isBusy(document));
      const { name: kind } = overlaps ? assignmentWork.overlap : assignmentWork.write;
      const work = { kind, resourceId: current?.id ?? id };
      const operation = await beginWork(services, tx, cluster, work);
      const failure = stringFailure ?? (overlaps ? overlapFailure : undefined);
      const document = documentOf({ name, current, asked, failure, operation });
      const saved = await assignments.save(tx, current, { id: current?.id ?? id, document }, nowMs);
      const body = assignmentBody(saved, apiVersion);
      const status = current === undefined ? 201 : 200;
      return { response: writeResponse(services, request, { status, body, operation, location: "resource" }) };
    });
    await services.dataPlane?.applied(databaseId);
    return response;
  },
});

/** The failure of an assignment written while another one is: Azure accepts both, and only the first succeeds (reported 2025, 2026). */
const overlapFailure: OperationError = { code: "OperationFailed", message: "The operation failed." };

function documentOf(written: {
  readonly name: string;
  readonly current: StoredAssignment | undefined;
  readonly asked: AssignmentRequest;
  readonly failure: OperationError | undefined;
  readonly operation: StoredOperation | undefined;
}): AssignmentDocument {
  const { name, current, asked, failure, operation } = written;
  const waiting = current === undefined ? "Creating" : "Updating";
  const ended = failure === undefined ? "Succeeded" : "Failed";
  return {
    name: current?.document.name ?? name,
    ...asked,
    failure,
    provisioningState: operation === undefined ? ended : waiting,
    operationId: operation?.id,
  };
}
