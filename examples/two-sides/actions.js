// What the sides do more than once.
import * as scene from "./scene.js";

const { adminAtConsumer, adminAtOwner, cluster, consumer, consumerGroup, ownerGroup } = scene;

const connectionLists = {
  manual: "manualPrivateLinkServiceConnections",
  automatic: "privateLinkServiceConnections",
};

/** Has the consumer ask for the connection `orders`; the message is for manual requests. */
export const ask = (kind, requestMessage) =>
  consumer.endpoints.beginCreateOrUpdateAndWait(consumerGroup, "orders", {
    location: scene.location,
    subnet: { id: `${scene.networkId}/subnets/endpoints` },
    [connectionLists[kind]]: [
      { name: "orders", privateLinkServiceId: scene.clusterId, groupIds: ["redisEnterprise"], requestMessage },
    ],
  });

/** Decides on the connection, or tries to. */
export const decide = (side, status, description) =>
  side.connections.beginPutAndWait(ownerGroup, cluster, "orders", {
    privateLinkServiceConnectionState: { status, description },
  });

/** Has the name of the cluster be in the consumer's private DNS zone. */
export const joinZone = () =>
  consumer.zoneGroups.beginCreateOrUpdateAndWait(consumerGroup, "orders", "default", {
    privateDnsZoneConfigs: [{ name: "redis", privateDnsZoneId: scene.zoneId }],
  });

/** Gives a user a role; `name` is the assignment's. */
export const assign = (side, { scope, name, role, user }) =>
  side.roleAssignments.create(scope, name, {
    roleDefinitionId: `${scope}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
    principalId: user.objectId,
    principalType: "User",
  });

/** Takes away whatever this or an earlier walk-through has left. */
export async function takeAway() {
  const { clusterId, consumerScope, names, ownerScope } = scene;
  await removeGroup(adminAtConsumer, consumerGroup);
  if (await isThere(adminAtOwner, ownerGroup)) await adminAtOwner.roleAssignments.delete(clusterId, names.approval);
  await removeGroup(adminAtOwner, ownerGroup);
  await adminAtConsumer.providers.register("Microsoft.Cache");
  await adminAtConsumer.roleAssignments.delete(consumerScope, names.contribution);
  await adminAtOwner.roleDefinitions.delete(ownerScope, names.approverRole);
  await adminAtOwner.roleAssignments.delete(ownerScope, names.ownership);
}

const isThere = async ({ resourceGroups }, group) => (await resourceGroups.checkExistence(group)).body;

async function removeGroup(side, group) {
  if (await isThere(side, group)) await side.resourceGroups.beginDeleteAndWait(group);
}
