import { gatewayResponse, type ArmOperation, type ResourceType } from "../../../arm/resource-type.ts";
import { extensionType, type AuthorizationServices } from "../extension-type.ts";
import { scopeOf } from "../scopes.ts";

/** `permissions`: what the caller may do at a scope. */
export const permissionsType = (services: AuthorizationServices): ResourceType =>
  extensionType("permissions", { list: listPermissions(services) });

/** Role by role, as in Azure: combining them is left to the client. */
const listPermissions = ({ access }: AuthorizationServices): ArmOperation => ({
  action: "Microsoft.Authorization/permissions/read",
  display: { operation: "List permissions", description: "Lists what the caller may do at a scope." },
  allowsAnyRoleInScope: true,
  async handle({ caller, resourceId }) {
    const grants = await access.grantsOver(caller, scopeOf(resourceId));
    return gatewayResponse(200, { value: grants.flatMap(({ role }) => role.permissions) });
  },
});
