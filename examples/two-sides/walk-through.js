// A private endpoint between two parties, with Microsoft's SDKs: the owner of a cluster in one subscription, and a
// consumer with a virtual network in another. Prints what each side sees; any surprise ends it with exit code 1.
import { ask, assign, decide, joinZone, takeAway } from "./actions.js";
import { isRefused, sees, step } from "./report.js";
import * as scene from "./scene.js";
import {
  bothSee,
  consumerSees,
  consumerSeesNames,
  consumerSeesNoRecord,
  consumerSeesRecord,
  nothingIsLeft,
  ownerSeesNoConnection,
} from "./views.js";

const { adminAtConsumer, adminAtOwner, consumer, consumerAtOwner, consumerUser, owner, ownerAtConsumer } = scene;
const { cluster, clusterId, consumerGroup, hostName, location, names, ownerGroup, ownerScope, ownerUser, zone } = scene;

const readCluster = (side) => side.clusters.get(ownerGroup, cluster);
const readNetwork = (side) => side.networks.get(consumerGroup, "app");

await takeAway();

step("Each side has rights in its own subscription, and none in the other's");
const { ownership, contribution } = names;
await assign(adminAtOwner, { scope: ownerScope, name: ownership, role: scene.roles.owner, user: ownerUser });
const contributor = { name: contribution, role: scene.roles.contributor, user: consumerUser };
await assign(adminAtConsumer, { scope: scene.consumerScope, ...contributor });
await owner.resourceGroups.createOrUpdate(ownerGroup, { location });
// The SDK for Redis has no Azure Managed Redis to create yet; the one for everything has.
await owner.resources.beginCreateOrUpdateByIdAndWait(clusterId, "2025-07-01", {
  location,
  sku: { name: "Balanced_B5" },
  properties: { publicNetworkAccess: "Disabled" },
});
const created = await readCluster(owner);
sees("owner", `cluster ${cluster}`, created.resourceState, "Running");
sees("owner", "name of the cluster", created.hostName, hostName);
await consumer.resourceGroups.createOrUpdate(consumerGroup, { location });
const network = await consumer.networks.beginCreateOrUpdateAndWait(consumerGroup, "app", {
  location,
  addressSpace: { addressPrefixes: ["10.20.0.0/16"] },
  subnets: [{ name: "endpoints", addressPrefix: "10.20.0.0/24" }],
});
sees("consumer", "virtual network app", network.provisioningState, "Succeeded");
await isRefused("consumer", "reads the cluster", readCluster(consumerAtOwner), "403 AuthorizationFailed");
await isRefused("owner", "reads the virtual network", readNetwork(ownerAtConsumer), "403 AuthorizationFailed");

step("The consumer may not approve, and so has to ask");
const refusal = await isRefused(
  "consumer",
  "wants approval at once",
  ask("automatic"),
  "403 LinkedAuthorizationFailed",
);
sees("consumer", "lacks", /action\(s\) '([^']+)'/.exec(refusal)?.[1], scene.approvalAction);
await ask("manual", "Orders team, ticket 4711");
await bothSee("Pending", "Orders team, ticket 4711");
await consumerSeesNames("none");
const byConsumer = decide(consumerAtOwner, "Approved", "By the consumer");
await isRefused("consumer", "approves the connection", byConsumer, "403 AuthorizationFailed");
await bothSee("Pending", "Orders team, ticket 4711");

step("Approving needs Microsoft.Cache in the consumer's subscription");
const unregistered = await consumer.providers.unregister("Microsoft.Cache");
sees("consumer", "Microsoft.Cache", unregistered.registrationState, "Unregistered");
await isRefused("owner", "approves the connection", decide(owner, "Approved", "Welcome"), "403 Forbidden");
await bothSee("Pending", "Orders team, ticket 4711");
const registered = await consumer.providers.register("Microsoft.Cache");
sees("consumer", "Microsoft.Cache", registered.registrationState, "Registered");

step("The owner approves");
await decide(owner, "Approved", "Welcome");
await bothSee("Approved", "Welcome");
await consumerSeesNames(`${hostName} 10.20.0.4`);

step("The consumer has the name in a private DNS zone");
await consumer.zones.beginCreateOrUpdateAndWait(consumerGroup, zone, { location: "global" });
const link = await consumer.links.beginCreateOrUpdateAndWait(consumerGroup, zone, "app", {
  location: "global",
  virtualNetwork: { id: scene.networkId },
  registrationEnabled: false,
});
sees("consumer", "link of the zone to the network", link.virtualNetworkLinkState, "Completed");
await consumerSeesNoRecord();
const group = await joinZone();
sees("consumer", "zone group of the endpoint", group.provisioningState, "Succeeded");
await consumerSeesRecord("A 10.20.0.4, ttl 10");

step("The owner rejects");
await decide(owner, "Rejected", "The contract has ended");
await bothSee("Rejected", "The contract has ended");
await consumerSeesNames("none");
await consumerSeesNoRecord();
await isRefused("owner", "approves the connection", decide(owner, "Approved", "Welcome back"), "400 BadRequest");
await bothSee("Rejected", "The contract has ended");

step("The owner removes the connection, and the consumer the endpoint");
await owner.connections.delete(ownerGroup, cluster, "orders");
await ownerSeesNoConnection();
await consumerSees("Disconnected", "The contract has ended");
const updateRefusal = "400 PrivateEndpointCannotBeUpdatedInDisconnectedState";
await isRefused("consumer", "writes the endpoint", ask("manual", "Orders team, ticket 4712"), updateRefusal);
await consumer.endpoints.beginDeleteAndWait(consumerGroup, "orders");
await nothingIsLeft();

step("A request by a caller who may approve is approved at once");
const approver = await owner.roleDefinitions.createOrUpdate(ownerScope, names.approverRole, {
  roleName: "Private endpoint approver",
  roleType: "CustomRole",
  permissions: [{ actions: [scene.approvalAction], notActions: [] }],
  assignableScopes: [ownerScope],
});
sees("owner", "role for the consumer", approver.roleName, "Private endpoint approver");
const approval = { scope: clusterId, name: names.approval };
await assign(owner, { ...approval, role: names.approverRole, user: consumerUser });
await ask("automatic");
await bothSee("Approved", "Auto-approved");
await consumerSeesNames(`${hostName} 10.20.0.4`);
await joinZone();
await consumerSeesRecord("A 10.20.0.4, ttl 10");
await consumer.endpoints.beginDeleteAndWait(consumerGroup, "orders");
await nothingIsLeft();
await owner.roleAssignments.delete(approval.scope, approval.name);
await isRefused("consumer", "wants approval again", ask("automatic"), "403 LinkedAuthorizationFailed");

step("All is taken away, the rights too");
await takeAway();
const newGroup = (side) => side.resourceGroups.createOrUpdate("two-sides-again", { location });
await isRefused("owner", "reads the cluster", readCluster(owner), "404 ResourceGroupNotFound");
await isRefused("owner", "makes a resource group", newGroup(owner), "403 AuthorizationFailed");
await isRefused("consumer", "reads the virtual network", readNetwork(consumer), "404 ResourceGroupNotFound");
await isRefused("consumer", "makes a resource group", newGroup(consumer), "403 AuthorizationFailed");
