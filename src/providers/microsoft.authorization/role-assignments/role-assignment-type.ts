import { gatewayResponse, type ArmOperation, type ResourceType } from "../../../arm/resource-type.ts";
import { subscriptionKeyOf } from "../../../arm/resource-id.ts";
import { write } from "../../../arm/write.ts";
import { removeResource } from "../../../store/resources.ts";
import type { Store } from "../../../store/store.ts";
import { assignmentNotFound } from "../errors.ts";
import { extensionType, type AuthorizationServices } from "../extension-type.ts";
import { scopeOf } from "../scopes.ts";
import { putRoleAssignment } from "./put-role-assignment.ts";
import { assignmentFilter, checkAssignmentName } from "./role-assignment-request.ts";
import { assignmentKind, roleAssignmentBody, type StoredAssignment } from "./role-assignment.ts";

/** `roleAssignments` at any scope. */
export const roleAssignmentType = (services: AuthorizationServices): ResourceType =>
  extensionType("roleAssignments", {
    get: getAssignment(services),
    list: listAssignments(services),
    put: putRoleAssignment(services),
    delete: deleteAssignment(services),
  });

const getAssignment = ({ store }: AuthorizationServices): ArmOperation => ({
  action: `${assignmentKind.type}/read`,
  display: { operation: "Get role assignment", description: "Reads a role assignment." },
  async handle(request) {
    const assignment = await assignmentKind.find(store, request.resourceId);
    if (assignment === undefined) throw assignmentNotFound(request.name);
    return gatewayResponse(200, roleAssignmentBody(request, assignment));
  },
});

const listAssignments = ({ store }: AuthorizationServices): ArmOperation => ({
  action: `${assignmentKind.type}/read`,
  display: { operation: "List role assignments", description: "Lists the role assignments that apply to a scope." },
  async handle(request) {
    const scope = scopeOf(request.resourceId);
    const isAsked = assignmentFilter(request.query.get("$filter") ?? "", scope);
    const assignments = await assignmentsAround(store, scope);
    return gatewayResponse(200, {
      value: assignments.filter(isAsked).map((each) => roleAssignmentBody(request, each)),
    });
  },
});

async function assignmentsAround(store: Store, scope: string): Promise<StoredAssignment[]> {
  const subscriptionKey = subscriptionKeyOf(scope);
  if (subscriptionKey === "") return await assignmentKind.all(store);
  const above = await assignmentKind.inSubscription(store, "");
  return [...above, ...(await assignmentKind.inSubscription(store, subscriptionKey))];
}

/** 200 with what was deleted, or 204 if it did not exist. */
const deleteAssignment = (services: AuthorizationServices): ArmOperation => ({
  action: `${assignmentKind.type}/delete`,
  display: { operation: "Delete role assignment", description: "Removes a role from a principal." },
  handle(request) {
    checkAssignmentName(request.name);
    return write(services, request, async (tx) => {
      const assignment = await assignmentKind.find(tx, request.resourceId);
      if (assignment === undefined) return { response: gatewayResponse(204) };
      await removeResource(tx, assignment);
      const { principalId, roleId } = assignment.document;
      const detail = { principalId, roleDefinitionId: roleId };
      return { response: gatewayResponse(200, roleAssignmentBody(request, assignment)), detail };
    });
  },
});
