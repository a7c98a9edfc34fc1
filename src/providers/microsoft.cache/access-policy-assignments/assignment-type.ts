import { lifecycleOperations, lifecycleWork, workEnds } from "../../../arm/lifecycle.ts";
import type { Lifecycle } from "../../../arm/lifecycle.ts";
import { providerResourceNotFound } from "../../../arm/errors.ts";
import { parentIdOf } from "../../../arm/resource-id.ts";
import type { ResourceType } from "../../../arm/resource-type.ts";
import { OperationFailure } from "../../../operations/operation-kind.ts";
import { versionsWith } from "../api-versions.ts";
import { cacheDialect, cacheType, shownRegion, writeResponse } from "../cache-type.ts";
import { clusters } from "../clusters/cluster.ts";
import { refuseWhileAssignmentsBusy, requireIdleDatabase } from "../databases/database.ts";
import type { CacheServices } from "../cache-type.ts";
import { assignmentBody, assignmentNotFound, assignmentWork, assignments } from "./assignment.ts";
import type { AssignmentDocument } from "./assignment.ts";
import { putAssignment } from "./put-assignment.ts";

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
