import { gatewayResponse, type ArmOperation, type ArmRequest } from "../../../arm/resource-type.ts";
import { subscriptionKeyOf } from "../../../arm/resource-id.ts";
import { write } from "../../../arm/write.ts";
import { findPrincipal } from "../../../store/principals.ts";
import type { Transaction } from "../../../store/store.ts";
import { notAssignable, roleNotFound } from "../errors.ts";
import type { AuthorizationServices } from "../extension-type.ts";
import { isAssignableAt } from "../role-definitions/role-definition-rules.ts";
import { findRole } from "../role-definitions/role-definition.ts";
import { scopeOf, scopeText } from "../scopes.ts";
import { checkAssignmentName, readAssignmentDraft, type AssignmentDraft } from "./role-assignment-request.ts";
import { checkUnique, principalTypeOf } from "./role-assignment-rules.ts";
import { assignmentKind, roleAssignmentBody, type PrincipalType } from "./role-assignment.ts";

/** Creates an assignment (201), or changes the description of one that exists (200). */
export const putRoleAssignment = (services: AuthorizationServices): ArmOperation => ({
  action: `${assignmentKind.type}/write`,
  display: { operation: "Create role assignment", description: "Gives a principal a role at a scope." },
  body: "required",
  handle(request) {
    checkAssignmentName(request.name);
    const draft = readAssignmentDraft(request.body);
    return write(services, request, async (tx, nowMs) => {
      const { resourceId: id, caller } = request;
      const before = await assignmentKind.find(tx, id);
      await checkRole(tx, draft.roleId, scopeOf(id));
      const principalType = before?.document.principalType ?? (await askDirectory(services, tx, request, draft));
      await checkNames(tx, id, draft);
      const createdBy = before?.document.createdBy ?? caller.objectId;
      const document = { ...draft, principalType, createdBy, updatedBy: caller.objectId };
      const saved = await assignmentKind.save(tx, before, { id, document }, nowMs);
      const detail = { principalId: draft.principalId, roleDefinitionId: draft.roleId };
      return {
        response: gatewayResponse(before === undefined ? 201 : 200, roleAssignmentBody(request, saved)),
        detail,
      };
    });
  },
});

async function checkRole(tx: Transaction, roleId: string, scope: string): Promise<void> {
  const role = await findRole(tx, roleId);
  if (role === undefined) throw roleNotFound(roleId);
  if (!isAssignableAt(role, scope)) throw notAssignable(roleId, scopeText(scope));
}

/** The type of the principal. If it is unknown, the log says how to change that. */
async function askDirectory(
  services: AuthorizationServices,
  tx: Transaction,
  { caller, correlationId }: ArmRequest,
  draft: AssignmentDraft,
): Promise<PrincipalType> {
  const { principalId } = draft;
  const known = await findPrincipal(tx, principalId);
  const isUnknown = known === undefined && draft.principalType === undefined;
  // Most principals to which programs assign roles are applications; a client that knows better sends the type.
  if (isUnknown && services.takesUnknownPrincipals === true) return "ServicePrincipal";
  if (isUnknown) services.log.warn({ principalId, correlationId }, unknownPrincipal);
  return principalTypeOf(draft, known, caller.tenantId);
}

const unknownPrincipal =
  "A role assignment was refused (PrincipalNotFound): add the principal with `cuprite principal add`, set the " +
  "principalType of the assignment, or start with --unknown-principals.";

async function checkNames(tx: Transaction, id: string, draft: AssignmentDraft): Promise<void> {
  const parentKey = scopeOf(id).toLowerCase();
  const others = await assignmentKind.inSubscription(tx, subscriptionKeyOf(parentKey));
  checkUnique({ ...draft, key: id.toLowerCase(), parentKey }, others);
}
