import { subscriptionKeyOf } from "../../../arm/resource-id.ts";
import { resourceKind } from "../../../arm/resource-kind.ts";
import type { ArmRequest, ResourceType } from "../../../arm/resource-type.ts";
import type { Queryable, StoredResource } from "../../../store/store.ts";
import { checkLinkedAccess, joinSecurityGroup } from "../linked-access.ts";
import { invalidReference, networkError } from "../network-errors.ts";
import { networkNamespace, type NetworkServices } from "../network-type.ts";
import { subnets, type StoredSubnet, type SubnetSettings } from "../subnets/subnet.ts";
import { trackedType, type TrackedDocument } from "../tracked-type.ts";
import { readSecurityGroup, type SecurityGroupSettings, type SecurityRule } from "./network-security-group-request.ts";

const securityGroups = resourceKind<TrackedDocument & SecurityGroupSettings>(networkNamespace, [
  "networkSecurityGroups",
]);

/** `Microsoft.Network/networkSecurityGroups`: rules are stored and shown, and close no path. */
export const securityGroupType = (services: NetworkServices): ResourceType =>
  trackedType(
    {
      kind: securityGroups,
      noun: "Network Security Group",
      plural: "Network Security Groups",
      azureDurationMs: 3_000,
      read: readSecurityGroup,
      async properties(from, groups) {
        const users = await subnetsByGroup(from, groups[0]);
        return (group, etag) => {
          const ids = users.get(group.key)?.map(({ id }) => ({ id }));
          return {
            securityRules: group.document.securityRules.map((rule) => ruleBody(rule, { group, etag })),
            defaultSecurityRules: defaultRules.map((rule) => ruleBody(rule, { group, etag, isDefault: true })),
            ...(ids === undefined ? {} : { subnets: ids }),
          };
        };
      },
      async checkRemovable(tx, group) {
        const users = (await subnetsByGroup(tx, group)).get(group.key);
        if (users !== undefined) throw inUse(group.id, users);
      },
      listedActions: [joinSecurityGroup],
    },
    services,
  );

/** Refuses a write of subnets that name a group unless its caller may join the group. @throws ArmError */
export const checkMayJoin = (
  services: Pick<NetworkServices, "mayDo">,
  request: ArmRequest,
  settings: readonly SubnetSettings[],
): Promise<void> => {
  const scopes = settings.flatMap(({ networkSecurityGroupId }) => networkSecurityGroupId ?? []);
  const needed = scopes.map((scope) => ({ action: joinSecurityGroup.action, scope }));
  return checkLinkedAccess(services, request, needed);
};

/** Refuses a group that does not exist in the subnet's region and subscription. @throws ArmError */
export async function checkSecurityGroup(
  from: Queryable,
  { id, networkSecurityGroupId: to }: { id: string; networkSecurityGroupId: string | undefined },
  location: string,
): Promise<void> {
  if (to === undefined) return;
  const group = await securityGroups.find(from, to);
  const isNear = group?.document.location === location && group.subscriptionKey === subscriptionKeyOf(id);
  if (!isNear) throw invalidReference({ to, from: id });
}

/** The subnets that groups apply to, by the key of their group: groups and their subnets are in one subscription. */
async function subnetsByGroup(
  from: Queryable,
  anyGroup: Pick<StoredResource, "subscriptionKey"> | undefined,
): Promise<ReadonlyMap<string, readonly StoredSubnet[]>> {
  const all = anyGroup === undefined ? [] : await subnets.inSubscription(from, anyGroup.subscriptionKey);
  return Map.groupBy(all, ({ document }) => document.networkSecurityGroupId?.toLowerCase() ?? "");
}

/** The beginning is quoted by users. */
const inUse = (id: string, users: readonly StoredSubnet[]): Error =>
  networkError(
    "InUseNetworkSecurityGroupCannotBeDeleted",
    `Network security group ${id} cannot be deleted because it is in use by the following resources: ` +
      `${users.map((user) => user.id).join(", ")}. In order to delete the Network security group, remove the association ` +
      "with the resource(s). To learn how to do this, see aka.ms/deletensg.",
  );

function ruleBody(
  { name, ...properties }: SecurityRule,
  { group, etag, isDefault = false }: { group: { readonly id: string }; etag: string; isDefault?: boolean },
): object {
  const list = isDefault ? "defaultSecurityRules" : "securityRules";
  return {
    name,
    id: `${group.id}/${list}/${name}`,
    etag,
    type: `${securityGroups.type}/${list}`,
    properties: { provisioningState: "Succeeded", ...properties },
  };
}

const defaultRule = (
  name: string,
  {
    access,
    priority,
    source = "*",
    destination = "*",
  }: { access: string; priority: number; source?: string; destination?: string },
): SecurityRule => ({
  name,
  protocol: "*",
  sourcePortRange: "*",
  destinationPortRange: "*",
  sourceAddressPrefix: source,
  destinationAddressPrefix: destination,
  access,
  priority,
  direction: name.endsWith("InBound") ? "Inbound" : "Outbound",
  sourcePortRanges: [],
  destinationPortRanges: [],
  sourceAddressPrefixes: [],
  destinationAddressPrefixes: [],
});

const withinNetworks = { access: "Allow", priority: 65_000, source: "VirtualNetwork", destination: "VirtualNetwork" };

/** The rules that every group has after its own (documented). */
const defaultRules: readonly SecurityRule[] = [
  defaultRule("AllowVnetInBound", withinNetworks),
  defaultRule("AllowAzureLoadBalancerInBound", { access: "Allow", priority: 65_001, source: "AzureLoadBalancer" }),
  defaultRule("DenyAllInBound", { access: "Deny", priority: 65_500 }),
  defaultRule("AllowVnetOutBound", withinNetworks),
  defaultRule("AllowInternetOutBound", { access: "Allow", priority: 65_001, destination: "Internet" }),
  defaultRule("DenyAllOutBound", { access: "Deny", priority: 65_500 }),
];
