import { gatewayResponse } from "../../../arm/arm-response.ts";
import type { ArmOperation, ArmRequest } from "../../../arm/resource-type.ts";
import { write } from "../../../arm/write.ts";
import { findPrincipal } from "../../../store/principals.ts";
import { findResource, saveResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { notAssignable, roleNotFound } from "../errors.ts";
import { isAssignableAt } from "../role-definitions/role-rules.ts";
import { findRole } from "../role-definitions/role-store.ts";
import { scopeOf, scopeText, subscriptionKeyOf } from "../scopes.ts";
import type { AuthorizationServices } from "../services.ts";
import { assignmentBody, assignmentSchema } from "./assignment-body.ts";
import { checkAssignmentName, checkUnique, principalTypeOf, readAssignmentDraft } from "./assignment-rules.ts";
import type { AssignmentDraft } from "./assignment-rules.ts";
import { assignmentTypeKey, listAssignments } from "./assignment.ts";
import type { AssignmentDocument, StoredAssignment } from "./assignment.ts";

/** Makes an assignment: 201; 200 where it is there already, of which only the description can be changed. */
export const putAssignment = (services: AuthorizationServices): ArmOperation => ({
  action: "Microsoft.Authorization/roleAssignments/write",
  display: { operation: "Create role assignment", description: "Gives a principal a role at a scope." },
  body: "required",
  handle(request) {
    checkAssignmentName(request.path.names.at(-1) ?? "");
    const draft = readAssignmentDraft(assignmentSchema.parse(request.body));
    return write(services, request, async (tx, nowMs) => {
      const before = await findResource<AssignmentDocument>(tx, request.resourceId);
      const saved = await save(tx, request, { draft, before, nowMs });
      const detail = { principalId: draft.principalId, roleDefinitionId: draft.roleId };
      const status = before === undefined ? 201 : 200;
      return { response: gatewayResponse(status, assignmentBody(request, saved)), detail };
    });
  },
});

async function save(
  tx: Transaction,
  { resourceId: id, caller }: ArmRequest,
  { draft, before, nowMs }: { draft: AssignmentDraft; before: StoredAssignment | undefined; nowMs: number },
): Promise<StoredAssignment> {
  const scope = scopeOf(id);
  const parentKey = scope.toLowerCase();
  const subscriptionKey = subscriptionKeyOf(parentKey);
  await checkRole(tx, draft.roleId, scope);
  const known = await findPrincipal(tx, draft.principalId);
  const document: AssignmentDocument = {
    ...draft,
    principalType: before?.document.principalType ?? principalTypeOf(draft, known, caller.tenantId),
    createdBy: before?.document.createdBy ?? caller.objectId,
    updatedBy: caller.objectId,
  };
  checkUnique({ ...draft, key: id.toLowerCase(), parentKey }, await listAssignments(tx, subscriptionKey));
  return await saveResource(tx, { id, typeKey: assignmentTypeKey, parentKey, subscriptionKey, document }, nowMs);
}

async function checkRole(tx: Transaction, roleId: string, scope: string): Promise<void> {
  const role = await findRole(tx, roleId);
  if (role === undefined) throw roleNotFound(roleId);
  if (!isAssignableAt(role, scope)) throw notAssignable(roleId, scopeText(scope));
}
