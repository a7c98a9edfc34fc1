import { gatewayResponse } from "../../../arm/arm-response.ts";
import { linkedAuthorizationFailed } from "../../../arm/errors.ts";
import type { ArmOperation, ArmRequest, ResourceType } from "../../../arm/resource-type.ts";
import { write } from "../../../arm/write.ts";
import { findResource, removeResource, saveResource } from "../../../store/resources.ts";
import { invalidRoleType, roleInUse, roleNotFound } from "../errors.ts";
import { extensionType } from "../extension-type.ts";
import { listAllAssignments } from "../role-assignments/assignment.ts";
import { scopeOf } from "../scopes.ts";
import type { AuthorizationServices } from "../services.ts";
import { customRole, roleTypeKey, storedRoleId } from "./role.ts";
import type { RoleDocument } from "./role.ts";
import { roleBody, roleSchema } from "./role-body.ts";
import { roleFilter } from "./role-filter.ts";
import { checkRoleName, readRoleDraft, readRoleId } from "./role-rules.ts";
import type { RoleDraft } from "./role-rules.ts";
import { findRole, listRoles } from "./role-store.ts";

const action = "Microsoft.Authorization/roleDefinitions";

/** `roleDefinitions`, Azure's own and custom ones. */
export const roleDefinitionType = (services: AuthorizationServices): ResourceType =>
  extensionType("roleDefinitions", {
    get: getRole(services),
    list: listRolesAt(services),
    put: putRole(services),
    delete: deleteRole(services),
  });

const getRole = ({ store }: AuthorizationServices): ArmOperation => ({
  action: `${action}/read`,
  display: { operation: "Get role definition", description: "Reads a role definition." },
  async handle(request) {
    const roleId = readRoleId(nameOf(request));
    const role = await findRole(store, roleId);
    if (role === undefined) throw roleNotFound(roleId);
    return gatewayResponse(200, roleBody(request, role));
  },
});

const listRolesAt = ({ store }: AuthorizationServices): ArmOperation => ({
  action: `${action}/read`,
  display: { operation: "List role definitions", description: "Lists the roles that can be assigned at a scope." },
  async handle(request) {
    const isAsked = roleFilter(request.query.get("$filter") ?? "", scopeOf(request.resourceId));
    const roles = (await listRoles(store)).filter(isAsked);
    return gatewayResponse(200, { value: roles.map((role) => roleBody(request, role)) });
  },
});

/** Answers 201 for a new role and for a changed one (recorded). */
const putRole = (services: AuthorizationServices): ArmOperation => ({
  action: `${action}/write`,
  display: { operation: "Create or update custom role definition", description: "Creates or changes a custom role." },
  body: "required",
  async handle(request) {
    const roleId = readRoleId(nameOf(request));
    const draft = readRoleDraft(roleSchema.parse(request.body));
    const existing = await findRole(services.store, roleId);
    await checkRights(services, request, [...(existing?.assignableScopes ?? []), ...draft.assignableScopes]);
    return await write(services, request, async (tx, nowMs) => {
      checkRoleName(draft, roleId, await listRoles(tx));
      const id = storedRoleId(roleId);
      const before = await findResource<RoleDocument>(tx, id);
      const saved = await saveResource(
        tx,
        { id, typeKey: roleTypeKey, parentKey: "", subscriptionKey: "", document: toDocument(draft, request, before) },
        nowMs,
      );
      return {
        response: gatewayResponse(201, roleBody(request, customRole(saved))),
        detail: { roleName: draft.roleName },
      };
    });
  },
});

const toDocument = (
  draft: RoleDraft,
  { caller }: ArmRequest,
  before: { readonly document: RoleDocument } | undefined,
): RoleDocument => ({
  ...draft,
  createdBy: before?.document.createdBy ?? caller.objectId,
  updatedBy: caller.objectId,
});

const deleteRole = (services: AuthorizationServices): ArmOperation => ({
  action: `${action}/delete`,
  display: { operation: "Delete custom role definition", description: "Deletes a custom role that nobody has." },
  async handle(request) {
    const roleId = readRoleId(nameOf(request));
    const role = await findRole(services.store, roleId);
    if (role?.type === "BuiltInRole") throw invalidRoleType("A built-in role cannot be deleted.");
    await checkRights(services, request, role?.assignableScopes ?? []);
    return await write(services, request, async (tx, nowMs) => {
      const stored = await findResource<RoleDocument>(tx, storedRoleId(roleId));
      if (stored === undefined) return { response: gatewayResponse(204) };
      const assignments = await listAllAssignments(tx);
      if (assignments.some(({ document }) => document.roleId === roleId)) throw roleInUse();
      await removeResource(tx, stored, nowMs);
      const { roleName } = stored.document;
      return { response: gatewayResponse(200, roleBody(request, customRole(stored))), detail: { roleName } };
    });
  },
});

/** A custom role is changed only by who may do so at every scope where it can be assigned (documented). */
async function checkRights(
  { access }: AuthorizationServices,
  { caller, operation, resourceId }: ArmRequest,
  scopes: readonly string[],
): Promise<void> {
  for (const scope of scopes) {
    if (await access.mayDo({ caller, action: operation.action, scope })) continue;
    throw linkedAuthorizationFailed({
      client: caller.name,
      objectId: caller.objectId,
      action: operation.action,
      scope: resourceId,
      linked: [{ action: operation.action, scope }],
    });
  }
}

const nameOf = ({ path }: ArmRequest): string => path.names.at(-1) ?? "";
