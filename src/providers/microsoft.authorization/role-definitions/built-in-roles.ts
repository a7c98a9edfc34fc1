import type { Permission } from "../access/permissions.ts";
import type { Role } from "./role.ts";

/** What most roles for one service grant besides the service itself. */
const common = [
  "Microsoft.Authorization/*/read",
  "Microsoft.Insights/alertRules/*",
  "Microsoft.ResourceHealth/availabilityStatuses/read",
  "Microsoft.Resources/deployments/*",
  "Microsoft.Resources/subscriptions/resourceGroups/read",
  "Microsoft.Support/*",
];

/** The role that stands for everything. */
export const ownerRole: Role = builtIn({
  roleId: "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
  roleName: "Owner",
  description: "Grants full access to manage all resources, including the ability to assign roles in Azure RBAC.",
  actions: ["*"],
  createdOn: "2015-02-02T21:55:09.880Z",
});

/**
 * Azure's own roles as documented (2026), with their ids, as far as they bear on Redis and its private endpoints. Note
 * that Redis Cache Contributor grants nothing on redisEnterprise: so it is in Azure.
 */
export const builtInRoles: readonly Role[] = [
  ownerRole,
  builtIn({
    roleId: "b24988ac-6180-42a0-ab88-20f7382dd24c",
    roleName: "Contributor",
    description:
      "Grants full access to manage all resources, but does not allow you to assign roles in Azure RBAC, " +
      "manage assignments in Azure Blueprints, or share image galleries.",
    actions: ["*"],
    notActions: [
      "Microsoft.Authorization/*/Delete",
      "Microsoft.Authorization/*/Write",
      "Microsoft.Authorization/elevateAccess/Action",
      "Microsoft.Blueprint/blueprintAssignments/write",
      "Microsoft.Blueprint/blueprintAssignments/delete",
      "Microsoft.Compute/galleries/share/action",
      "Microsoft.Purview/consents/write",
      "Microsoft.Purview/consents/delete",
      "Microsoft.Resources/deploymentStacks/manageDenySetting/action",
      "Microsoft.Subscription/cancel/action",
      "Microsoft.Subscription/enable/action",
    ],
    createdOn: "2015-02-02T21:55:09.880Z",
  }),
  builtIn({
    roleId: "acdd72a7-3385-48ef-bd42-f606fba81ae7",
    roleName: "Reader",
    description: "View all resources, but does not allow you to make any changes.",
    actions: ["*/read"],
    createdOn: "2015-02-02T21:55:09.880Z",
  }),
  builtIn({
    roleId: "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
    roleName: "User Access Administrator",
    description: "Lets you manage user access to Azure resources.",
    actions: ["*/read", "Microsoft.Authorization/*", "Microsoft.Support/*"],
    createdOn: "2015-02-02T21:55:09.880Z",
  }),
  builtIn({
    roleId: "4d97b98b-1d4f-4787-a291-c67834d212e7",
    roleName: "Network Contributor",
    description: "Lets you manage networks, but not access to them.",
    actions: [...common, "Microsoft.Network/*"],
    createdOn: "2015-06-02T00:18:27.354Z",
  }),
  builtIn({
    roleId: "e0f68234-74aa-48ed-b826-c38b57376e17",
    roleName: "Redis Cache Contributor",
    description: "Lets you manage Redis caches, but not access to them.",
    actions: [...common, "Microsoft.Cache/register/action", "Microsoft.Cache/redis/*"],
    createdOn: "2015-02-02T21:55:09.880Z",
  }),
];

type Draft = Pick<Role, "roleId" | "roleName" | "description"> &
  Partial<Permission> & { readonly actions: readonly string[]; readonly createdOn: string };

function builtIn({ actions, notActions = [], createdOn, ...role }: Draft): Role {
  const createdAtMs = Date.parse(createdOn);
  return {
    ...role,
    type: "BuiltInRole",
    assignableScopes: ["/"],
    permissions: [{ actions: actions.toSorted(), notActions, dataActions: [], notDataActions: [] }],
    createdAtMs,
    updatedAtMs: createdAtMs,
    createdBy: null,
    updatedBy: null,
  };
}
