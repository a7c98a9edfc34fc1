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
import type { AssignmentDocument, PrincipalType, StoredAssignment } from "./assignment.ts";

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
      const saved = await save(tx, request, { services, draft, before, nowMs });
      const detail = { principalId: draft.principalId, roleDefinitionId: draft.roleId };
      const status = before === undefined ? 201 : 200;
      return { response: gatewayResponse(status, assignmentBody(request, saved)), detail };
    });
  },
});

interface AssignmentWrite {
  readonly services: AuthorizationServices;
  readonly draft: AssignmentDraft;
  readonly before: StoredAssignment | undefined;
  readonly nowMs: number;
}

async function save(
  tx: Transaction,
  request: ArmRequest,
  { services, draft, before, nowMs }: AssignmentWrite,
): Promise<StoredAssignment> {
  const { resourceId: id, caller } = request;
  const scope = scopeOf(id);
  const parentKey = scope.toLowerCase();
  const subscriptionKey = subscriptionKeyOf(parentKey);
  await checkRole(tx, draft.roleId, scope);
  const principalType = before?.document.principalType ?? (await askDirectory(tx, request, { services, draft }));
  const document: AssignmentDocument = {
    ...draft,
    principalType,
    createdBy: before?.document.createdBy ?? caller.objectId,
    updatedBy: caller.objectId,
  };
  checkUnique({ ...draft, key: id.toLowerCase(), parentKey }, await listAssignments(tx, subscriptionKey));
  return await saveResource(tx, { id, typeKey: assignmentTypeKey, parentKey, subscriptionKey, document }, nowMs);
}

/** What kind of principal is meant; when nobody knows, the log says how that can be changed. */
async function askDirectory(
  tx: Transaction,
  { caller, correlationId }: ArmRequest,
  { services, draft }: Pick<AssignmentWrite, "services" | "draft">,
): Promise<PrincipalType> {
  const { principalId } = draft;
  const known = await findPrincipal(tx, principalId);
  const isUnknown = known === undefined && draft.principalType === undefined;
  // Most that are assigned roles by programs are applications; a client that knows better says so.
  if (isUnknown && services.takesUnknownPrincipals === true) return "ServicePrincipal";
  if (isUnknown) services.log.warn({ principalId, correlationId }, unknownPrincipal);
  return principalTypeOf(draft, known, caller.tenantId);
}

const unknownPrincipal =
  "A role assignment was refused (PrincipalNotFound): add the principal with `cuprite principal add`, say its " +
  "principalType in the assignment, or start with --unknown-principals.";

async function checkRole(tx: Transaction, roleId: string, scope: string): Promise<void> {
  const role = await findRole(tx, roleId);
  if (role === undefined) throw roleNotFound(roleId);
  if (!isAssignableAt(role, scope)) throw notAssignable(roleId, scopeText(scope));
}
