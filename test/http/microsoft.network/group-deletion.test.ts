import { beforeEach, describe, expect, test } from "vitest";
import { listBelow } from "../../../src/store/resources.ts";
import { pathOf, startNetworkServer, type NetworkServer } from "../../support/network-server.ts";

const version = "api-version=2024-11-01";
const zoneVersion = "api-version=2024-06-01";

let server: NetworkServer;
beforeEach(async () => {
  server = await startNetworkServer();
});

const remove = (group: string) => server.request("DELETE", `${group}?${version}`);
const connections = async () => (await server.callCache("GET", `${server.cluster}/privateEndpointConnections`)).body;
const stateOf = ({ body }: { body: unknown }) =>
  (
    body as {
      properties: { privateLinkServiceConnections: { properties: { privateLinkServiceConnectionState: object } }[] };
    }
  ).properties.privateLinkServiceConnections[0]?.properties.privateLinkServiceConnectionState;

test("deletes a group with network, endpoint, zone and cluster as a whole", async () => {
  const zone = `${server.group}/providers/Microsoft.Network/privateDnsZones/privatelink.redis.azure.net`;
  await server.request("PUT", `${zone}?${zoneVersion}`, { location: "global" });
  await server.putEndpoint();
  await server.call("PUT", `${server.endpointId("pe1")}/privateDnsZoneGroups/default`, {
    properties: { privateDnsZoneConfigs: [{ name: "a", properties: { privateDnsZoneId: zone } }] },
  });
  expect((await remove(server.group)).status).toBe(200);
  expect(await listBelow(server.store, server.group.toLowerCase())).toEqual([]);
});

describe("with the cluster in another group", () => {
  let owners: string;
  let cluster: string;
  beforeEach(async () => {
    owners = await server.addGroup("owners", "westus2");
    cluster = await server.addCluster(`${owners}/providers/Microsoft.Cache/redisEnterprise/c2`);
    await server.putEndpoint({ target: cluster });
  });
  const connectionsOfOther = async () => (await server.callCache("GET", `${cluster}/privateEndpointConnections`)).body;

  test("deleting the consumers' group removes its connections to a cluster of another group", async () => {
    await remove(server.group);
    expect(await connectionsOfOther()).toEqual({ value: [] });
  });

  test("deleting the owners' group leaves endpoints Disconnected, and the consumers' group can be deleted after it", async () => {
    await remove(owners);
    expect(stateOf(await server.call("GET", server.endpointId("pe1")))).toMatchObject({ status: "Disconnected" });
    expect((await remove(server.group)).status).toBe(200);
    expect(await listBelow(server.store, server.subscription)).toEqual([]);
  });
});

describe("with the endpoint in another group than its network", () => {
  let consumers: string;
  let id: string;
  beforeEach(async () => {
    consumers = await server.addGroup("consumers", "westus2");
    await server.putEndpoint({ group: consumers });
    id = server.endpointId("pe1", consumers);
  });

  test("deleting the endpoint's group frees its address in a network of another group", async () => {
    expect((await remove(consumers)).status).toBe(200);
    expect(await connections()).toEqual({ value: [] });
    expect((await server.call("DELETE", server.vnet)).status).toBe(200);
  });

  test("refuses to delete the network's group while an endpoint of another group is in it, and deletes nothing", async () => {
    const answer = await remove(server.group);
    expect(answer.status).toBe(409);
    const { error } = answer.body as {
      error: { code: string; message: string; details: { code: string; target: string; message: string }[] };
    };
    expect(error).toMatchObject({
      code: "ResourceGroupDeletionBlocked",
      message: `Deletion of resource group 'rg1' failed as resources with identifiers '${server.subnet}' could not be deleted. The provisioning state of the resource group will be rolled back.`,
      details: [{ code: "InUseSubnetCannotBeDeleted", target: server.subnet }],
    });
    expect(error.details[0]?.message).toContain("Subnet default is in use by ");
    expect((await server.call("GET", id)).status).toBe(200);
    expect(await connections()).toMatchObject({ value: [{ name: "pec1" }] });
  });
});

test("restores a group whose deletion fails under azure timing, and its result says why", async () => {
  server = await startNetworkServer({ timing: { kind: "azure" } });
  const consumers = await server.addGroup("consumers", "westus2");
  await server.putEndpoint({ group: consumers });
  await server.clock.advance(60_000);
  const answer = await remove(server.group);
  expect(answer.status).toBe(202);
  await server.clock.advance(60_000);
  const result = await server.request("GET", pathOf(answer.headers["location"]));
  expect(result.status).toBe(409);
  expect(result.body).toMatchObject({
    error: {
      code: "ResourceGroupDeletionBlocked",
      message: expect.stringContaining(`'${server.subnet}' could not be deleted`) as string,
    },
  });
  expect((await server.request("GET", `${server.group}?${version}`)).body).toMatchObject({
    properties: { provisioningState: "Succeeded" },
  });
});
