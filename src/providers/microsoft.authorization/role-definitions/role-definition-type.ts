import { gatewayResponse, type ArmOperation, type ArmRequest, type ResourceType } from "../../../arm/resource-type.ts";
import { linkedAuthorizationFailed } from "../../../arm/errors.ts";
import { write } from "../../../arm/write.ts";
import { removeResource } from "../../../store/resources.ts";
import { invalidRoleType, roleInUse, roleNotFound } from "../errors.ts";
import { extensionType, type AuthorizationServices } from "../extension-type.ts";
import { assignmentKind } from "../role-assignments/role-assignment.ts";
import { scopeOf } from "../scopes.ts";
import { readRoleDraft, readRoleId, roleFilter } from "./role-definition-request.ts";
import { checkRoleName } from "./role-definition-rules.ts";
import { customRole, findRole, listRoles, roleBody, roleKind, storedRoleId } from "./role-definition.ts";

/** `roleDefinitions`, Azure's own and custom ones. */
export const roleDefinitionType = (services: AuthorizationServices): ResourceType =>
  extensionType("roleDefinitions", {
    get: getRole(services),
    list: listRolesAt(services),
    put: putRole(services),
    delete: deleteRole(services),
  });

const getRole = ({ store }: AuthorizationServices): ArmOperation => ({
  action: `${roleKind.type}/read`,
  display: { operation: "Get role definition", description: "Reads a role definition." },
  async handle(request) {
    const roleId = readRoleId(request.name);
    const role = await findRole(store, roleId);
    if (role === undefined) throw roleNotFound(roleId);
    return gatewayResponse(200, roleBody(request, role));
  },
});

const listRolesAt = ({ store }: AuthorizationServices): ArmOperation => ({
  action: `${roleKind.type}/read`,
  display: { operation: "List role definitions", description: "Lists the roles that can be assigned at a scope." },
  async handle(request) {
    const isAsked = roleFilter(request.query.get("$filter") ?? "", scopeOf(request.resourceId));
    const roles = (await listRoles(store)).filter(isAsked);
    return gatewayResponse(200, { value: roles.map((role) => roleBody(request, role)) });
  },
});

/** 201 for a new role and for a changed one (recorded). */
const putRole = (services: AuthorizationServices): ArmOperation => ({
  action: `${roleKind.type}/write`,
  display: { operation: "Create or update custom role definition", description: "Creates or changes a custom role." },
  body: "required",
  async handle(request) {
    const { caller } = request;
    const roleId = readRoleId(request.name);
    const draft = readRoleDraft(request.body);
    const existing = await findRole(services.store, roleId);
    await checkRights(services, request, [...(existing?.assignableScopes ?? []), ...draft.assignableScopes]);
    return await write(services, request, async (tx, nowMs) => {
      checkRoleName(draft, roleId, await listRoles(tx));
      const id = storedRoleId(roleId);
      const before = await roleKind.find(tx, id);
      const createdBy = before?.document.createdBy ?? caller.objectId;
      const document = { ...draft, createdBy, updatedBy: caller.objectId };
      const saved = await roleKind.save(tx, before, { id, document }, nowMs);
      return {
        response: gatewayResponse(201, roleBody(request, customRole(saved))),
        detail: { roleName: draft.roleName },
      };
    });
  },
});

const deleteRole = (services: AuthorizationServices): ArmOperation => ({
  action: `${roleKind.type}/delete`,
  display: { operation: "Delete custom role definition", description: "Deletes a custom role that nobody has." },
  async handle(request) {
    const roleId = readRoleId(request.name);
    const role = await findRole(services.store, roleId);
    if (role?.type === "BuiltInRole") throw invalidRoleType("A built-in role cannot be deleted.");
    await checkRights(services, request, role?.assignableScopes ?? []);
    return await write(services, request, async (tx) => {
      const stored = await roleKind.find(tx, storedRoleId(roleId));
      if (stored === undefined) return { response: gatewayResponse(204) };
      const assignments = await assignmentKind.all(tx);
      if (assignments.some(({ document }) => document.roleId === roleId)) throw roleInUse();
      await removeResource(tx, stored);
      const { roleName } = stored.document;
      return { response: gatewayResponse(200, roleBody(request, customRole(stored))), detail: { roleName } };
    });
  },
});

/** To change a custom role, a caller needs the right to do so at every scope where it can be assigned (documented). */
async function checkRights(
  { access }: AuthorizationServices,
  { caller, operation: { action }, resourceId }: ArmRequest,
  scopes: readonly string[],
): Promise<void> {
  for (const scope of scopes) {
    if (await access.mayDo({ caller, action, scope })) continue;
    const linked = [{ action, scope }];
    throw linkedAuthorizationFailed({
      client: caller.name,
      objectId: caller.objectId,
      action,
      scope: resourceId,
      linked,
    });
  }
}
