// Makes a cluster with a database, then approves the private endpoint connection of Cuprite's demonstration.
// Each step prints what came of it; the last word is the connection's status. Any surprise ends it with exit code 1.
import assert from "node:assert/strict";
import { parseArgs } from "node:util";
import { RedisEnterpriseManagementClient } from "@azure/arm-redisenterprisecache";
import { ResourceManagementClient } from "@azure/arm-resources";
import { credentialFor } from "./credentials.js";

const { values: options } = parseArgs({
  options: {
    endpoint: { type: "string", default: "https://localhost:8443" },
    credential: { type: "string", default: "secret" },
    subscription: { type: "string", default: "e7b5a9d2-6b6a-4d2f-9143-20d9a10f5b8f" },
  },
});

const { endpoint, subscription } = options;
const credential = credentialFor(options.credential, endpoint);
const groups = new ResourceManagementClient(credential, subscription, { endpoint }).resourceGroups;
/** Speaks 2022-01-01, the version that this SDK was made for; it has the Enterprise SKUs. */
const redis = new RedisEnterpriseManagementClient(credential, subscription, { endpoint });
/** The same SDK at a newer version: what it sends and reads is still what 2022-01-01 had. */
const newerRedis = new RedisEnterpriseManagementClient(credential, subscription, {
  endpoint,
  apiVersion: "2025-07-01",
});

const location = "eastus";
const group = "approve-connection";
const cluster = "example";

const show = (step, result) => console.log(`${step.padEnd(38)} ${result}`);

const createdGroup = await groups.createOrUpdate(group, { location });
show(`Resource group ${group}:`, createdGroup.properties.provisioningState);
assert.equal(createdGroup.properties.provisioningState, "Succeeded");

const createdCluster = await redis.redisEnterprise.beginCreateAndWait(group, cluster, {
  location,
  sku: { name: "Enterprise_E10", capacity: 2 },
  minimumTlsVersion: "1.2",
});
show(`Cluster ${cluster}:`, `${createdCluster.resourceState}, ${createdCluster.hostName}`);
assert.equal(createdCluster.resourceState, "Running");

const createdDatabase = await redis.databases.beginCreateAndWait(group, cluster, "default", {
  clientProtocol: "Encrypted",
  clusteringPolicy: "OSSCluster",
  evictionPolicy: "VolatileLRU",
  port: 10_000,
});
show("Database default:", `${createdDatabase.resourceState}, port ${createdDatabase.port}`);
assert.equal(createdDatabase.resourceState, "Running");

const names = (await Array.fromAsync(redis.redisEnterprise.list())).map(({ name }) => name);
show("Clusters of the subscription:", names.join(", "));
assert.ok(names.includes(cluster) && names.includes("cache1"));

const connection = { group: "rg1", cluster: "cache1", name: "pectest01" };
const { privateEndpointConnections } = newerRedis;

const waiting = await Array.fromAsync(privateEndpointConnections.list(connection.group, connection.cluster));
for (const { name, privateLinkServiceConnectionState } of waiting) {
  show(`Connection ${name} of ${connection.cluster}:`, privateLinkServiceConnectionState.status);
}
assert.ok(waiting.some(({ name }) => name === connection.name));

await privateEndpointConnections.beginPutAndWait(connection.group, connection.cluster, connection.name, {
  privateLinkServiceConnectionState: { status: "Approved", description: "Approved by the example" },
});
const approved = await privateEndpointConnections.get(connection.group, connection.cluster, connection.name);
assert.equal(approved.provisioningState, "Succeeded");
assert.equal(approved.privateLinkServiceConnectionState.description, "Approved by the example");
show(`Connection ${connection.name} now:`, approved.privateLinkServiceConnectionState.status);
assert.equal(approved.privateLinkServiceConnectionState.status, "Approved");
