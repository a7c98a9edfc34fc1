// Who takes part and what the things are called, for the walk-through's steps.
import { parseArgs } from "node:util";
import { signIn } from "./sides.js";

const { values: options } = parseArgs({
  options: {
    endpoint: { type: "string", default: "https://localhost:8443" },
    "owner-subscription": { type: "string", default: "11111111-1111-4111-8111-111111111111" },
    "consumer-subscription": { type: "string", default: "22222222-2222-4222-8222-222222222222" },
  },
});
const { endpoint, "owner-subscription": ownerSubscription, "consumer-subscription": consumerSubscription } = options;

/** Every tenant has the two test users; `guest` may do nothing until a role is assigned. */
const guest = "guest@cuprite.local";
const administrator = await signIn(endpoint, { tenant: "common", user: "owner@cuprite.local" });
export const ownerUser = await signIn(endpoint, { tenant: "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa", user: guest });
export const consumerUser = await signIn(endpoint, { tenant: "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb", user: guest });

export const owner = ownerUser.at(ownerSubscription);
export const consumer = consumerUser.at(consumerSubscription);
export const ownerAtConsumer = ownerUser.at(consumerSubscription);
export const consumerAtOwner = consumerUser.at(ownerSubscription);
export const adminAtOwner = administrator.at(ownerSubscription);
export const adminAtConsumer = administrator.at(consumerSubscription);

export const ownerScope = `/subscriptions/${ownerSubscription}`;
export const consumerScope = `/subscriptions/${consumerSubscription}`;
export const location = "eastus";
export const ownerGroup = "two-sides-owner";
export const consumerGroup = "two-sides-consumer";
export const cluster = "sessions";
export const clusterId = `${ownerScope}/resourceGroups/${ownerGroup}/providers/Microsoft.Cache/redisEnterprise/${cluster}`;
const networkProvider = `${consumerScope}/resourceGroups/${consumerGroup}/providers/Microsoft.Network`;
export const networkId = `${networkProvider}/virtualNetworks/app`;
export const zone = "privatelink.redis.azure.net";
export const zoneId = `${networkProvider}/privateDnsZones/${zone}`;
export const recordName = `${cluster}.${location}`;
export const hostName = `${cluster}.${location}.redis.azure.net`;
export const approvalAction = "Microsoft.Cache/redisEnterprise/PrivateEndpointConnectionsApproval/action";

/** Azure's own roles. */
export const roles = {
  owner: "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
  contributor: "b24988ac-6180-42a0-ab88-20f7382dd24c",
};

/** Role assignments and roles are named by GUIDs: any will do. */
export const names = {
  ownership: "6f3c0f4e-0d0f-4c54-9d3b-2b8f5a7f0a01",
  contribution: "6f3c0f4e-0d0f-4c54-9d3b-2b8f5a7f0a02",
  approval: "6f3c0f4e-0d0f-4c54-9d3b-2b8f5a7f0a03",
  approverRole: "6f3c0f4e-0d0f-4c54-9d3b-2b8f5a7f0a04",
};
