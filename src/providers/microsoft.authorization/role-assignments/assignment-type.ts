import { gatewayResponse } from "../../../arm/arm-response.ts";
import type { ArmOperation, ResourceType } from "../../../arm/resource-type.ts";
import { write } from "../../../arm/write.ts";
import { findResource, removeResource } from "../../../store/resources.ts";
import { assignmentNotFound } from "../errors.ts";
import { extensionType } from "../extension-type.ts";
import { scopeOf, subscriptionKeyOf } from "../scopes.ts";
import type { AuthorizationServices } from "../services.ts";
import { assignmentBody } from "./assignment-body.ts";
import { assignmentFilter } from "./assignment-filter.ts";
import { checkAssignmentName } from "./assignment-rules.ts";
import { listAllAssignments, listAssignments } from "./assignment.ts";
import type { AssignmentDocument, StoredAssignment } from "./assignment.ts";
import { putAssignment } from "./put-assignment.ts";

const action = "Microsoft.Authorization/roleAssignments";

/** `roleAssignments` at any scope. */
export const roleAssignmentType = (services: AuthorizationServices): ResourceType =>
  extensionType("roleAssignments", {
    get: getAssignment(services),
    list: listAssignmentsAt(services),
    put: putAssignment(services),
    delete: deleteAssignment(services),
  });

const getAssignment = ({ store }: AuthorizationServices): ArmOperation => ({
  action: `${action}/read`,
  display: { operation: "Get role assignment", description: "Reads a role assignment." },
  async handle(request) {
    const name = request.path.names.at(-1) ?? "";
    const assignment = await findResource<AssignmentDocument>(store, request.resourceId);
    if (assignment === undefined) throw assignmentNotFound(name);
    return gatewayResponse(200, assignmentBody(request, assignment));
  },
});

const listAssignmentsAt = ({ store }: AuthorizationServices): ArmOperation => ({
  action: `${action}/read`,
  display: { operation: "List role assignments", description: "Lists the role assignments that bear on a scope." },
  async handle(request) {
    const scope = scopeOf(request.resourceId);
    const isAsked = assignmentFilter(request.query.get("$filter") ?? "", scope);
    const assignments = await assignmentsAround(store, scope.toLowerCase());
    return gatewayResponse(200, { value: assignments.filter(isAsked).map((each) => assignmentBody(request, each)) });
  },
});

async function assignmentsAround(store: AuthorizationServices["store"], scope: string): Promise<StoredAssignment[]> {
  const subscriptionKey = subscriptionKeyOf(scope);
  if (subscriptionKey === "") return await listAllAssignments(store);
  return [...(await listAssignments(store, "")), ...(await listAssignments(store, subscriptionKey))];
}

/** 200 with what was deleted, 204 where there was nothing. */
const deleteAssignment = (services: AuthorizationServices): ArmOperation => ({
  action: `${action}/delete`,
  display: { operation: "Delete role assignment", description: "Takes a role away from a principal." },
  handle(request) {
    checkAssignmentName(request.path.names.at(-1) ?? "");
    return write(services, request, async (tx, nowMs) => {
      const assignment = await findResource<AssignmentDocument>(tx, request.resourceId);
      if (assignment === undefined) return { response: gatewayResponse(204) };
      await removeResource(tx, assignment, nowMs);
      const { principalId, roleId } = assignment.document;
      const detail = { principalId, roleDefinitionId: roleId };
      return { response: gatewayResponse(200, assignmentBody(request, assignment)), detail };
    });
  },
});
