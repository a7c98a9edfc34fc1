import { providerResponse } from "../../../arm/arm-response.ts";
import type { ArmOperation, ResourceType } from "../../../arm/resource-type.ts";
import type { OperationKind } from "../../../operations/operation-kind.ts";
import type { ProviderServices } from "../../provider-services.ts";
import { versionsWith } from "../api-versions.ts";
import { cacheType } from "../cache-type.ts";
import { assignmentBody, assignmentNotFound } from "./assignment-body.ts";
import { assignmentOperations } from "./assignment-operations.ts";
import { findAssignment, listAssignments } from "./assignment-store.ts";
import { assignmentAction, deleteAssignment, putAssignment } from "./assignment-writes.ts";

/** `accessPolicyAssignments` of a database, and the work on them that outlasts an answer. */
export const assignmentTypes = (services: ProviderServices): { types: ResourceType[]; kinds: OperationKind[] } => ({
  types: [assignmentType(services)],
  kinds: assignmentOperations(services),
});

const assignmentType = (services: ProviderServices): ResourceType =>
  cacheType(["redisEnterprise", "databases", "accessPolicyAssignments"], {
    apiVersions: versionsWith("managedRedis"),
    operations: {
      get: getAssignment(services),
      list: listOfDatabase(services),
      put: putAssignment(services),
      delete: deleteAssignment(services),
    },
  });

const getAssignment = ({ store }: ProviderServices): ArmOperation => ({
  action: `${assignmentAction}/read`,
  display: {
    operation: "Get Access Policy Assignment",
    description: "Reads an access policy assignment of a database.",
  },
  async handle(request) {
    const assignment = await findAssignment(store, request.resourceId);
    if (assignment === undefined) return assignmentNotFound();
    return providerResponse(200, assignmentBody(assignment, request.apiVersion));
  },
});

const listOfDatabase = ({ store }: ProviderServices): ArmOperation => ({
  action: `${assignmentAction}/read`,
  display: {
    operation: "List Access Policy Assignments",
    description: "Lists the access policy assignments of a database.",
  },
  async handle(request) {
    const assignments = await listAssignments(store, request.resourceId);
    return providerResponse(200, { value: assignments.map((each) => assignmentBody(each, request.apiVersion)) });
  },
});
