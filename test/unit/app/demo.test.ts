import { expect, test } from "vitest";
import { seedDemo } from "../../../src/app/demo.ts";
import { createLog } from "../../../src/kernel/log.ts";
import { createAccessCheck } from "../../../src/providers/microsoft.authorization/access/access-check.ts";
import { createLockCheck } from "../../../src/providers/microsoft.authorization/access/lock-check.ts";
import { findResource, removeResource } from "../../../src/store/resources.ts";
import { callers, startArmServer } from "../../support/arm-server.ts";
import { cacheAndNetwork, endpointBody } from "../../support/network-server.ts";

async function begin() {
  const server = await startArmServer({ providers: [(services) => cacheAndNetwork(services)] });
  const { store, clock, registry, subscription, request } = server;
  const { mayDo, hasAnyRole } = createAccessCheck({ store });
  const gates = { store, clock, registry: () => registry, mayDo, hasAnyRole, lockedScopes: createLockCheck({ store }) };
  const group = `${subscription}/resourceGroups/rg1`;
  const cluster = `${group}/providers/Microsoft.Cache/redisEnterprise/cache1`;
  const network = `${group}/providers/Microsoft.Network`;
  return {
    ...server,
    group,
    cluster,
    connection: `${cluster}/privateEndpointConnections/pectest01`,
    network,
    vnet: `${network}/virtualNetworks/vnet1`,
    endpoint: `${network}/privateEndpoints/petest01`,
    seed: () => seedDemo({ ...gates, owner: callers.owner, log: createLog("silent") }),
    call: (method: "GET" | "PUT" | "DELETE", id: string, body?: unknown) =>
      request(method, `${id}?api-version=2025-07-01`, body),
  };
}
type Demo = Awaited<ReturnType<typeof begin>>;

/** The demonstration's endpoint, as its consumer sees it. */
const endpointIn = ({ vnet, cluster }: Demo, status: string, description: string) => ({
  location: "eastus",
  properties: {
    provisioningState: "Succeeded",
    subnet: { id: `${vnet}/subnets/default` },
    privateLinkServiceConnections: [],
    manualPrivateLinkServiceConnections: [
      {
        name: "pectest01",
        properties: {
          privateLinkServiceId: cluster,
          requestMessage: "Please approve.",
          privateLinkServiceConnectionState: { status, description },
        },
      },
    ],
  },
});

test("the demonstration has a cluster, its database and a pending connection", async () => {
  const { seed, call, cluster, connection, endpoint } = await begin();
  await seed();
  expect((await call("GET", cluster)).body).toMatchObject({
    sku: { name: "Balanced_B1" },
    properties: { provisioningState: "Succeeded", resourceState: "Running", publicNetworkAccess: "Enabled" },
  });
  expect((await call("GET", `${cluster}/databases/default`)).body).toMatchObject({
    properties: {
      provisioningState: "Succeeded",
      clientProtocol: "Encrypted",
      port: 10_000,
      accessKeysAuthentication: "Enabled",
    },
  });
  expect((await call("GET", connection)).body).toMatchObject({
    properties: { privateEndpoint: { id: endpoint }, privateLinkServiceConnectionState: { status: "Pending" } },
  });
});

test("the demonstration's connection has an endpoint, an interface and a subnet", async () => {
  const demo = await begin();
  await demo.seed();
  expect((await demo.call("GET", demo.endpoint)).body).toMatchObject(endpointIn(demo, "Pending", "Please approve."));
  expect((await demo.call("GET", `${demo.network}/networkInterfaces`)).body).toMatchObject({
    value: [
      {
        properties: {
          privateEndpoint: { id: demo.endpoint },
          ipConfigurations: [{ properties: { privateIPAddress: "10.0.0.4" } }],
        },
      },
    ],
  });
});

test("the decision of the demonstration's owner reaches the endpoint, and a later start keeps both", async () => {
  const demo = await begin();
  await demo.seed();
  const privateLinkServiceConnectionState = { status: "Approved", description: "OK" };
  await demo.call("PUT", demo.connection, { properties: { privateLinkServiceConnectionState } });
  await demo.seed();
  expect((await demo.call("GET", demo.endpoint)).body).toMatchObject(endpointIn(demo, "Approved", "OK"));
  expect((await demo.call("DELETE", demo.endpoint)).status).toBe(200);
  await demo.seed();
  expect((await demo.call("GET", demo.endpoint)).status).toBe(404);
  expect((await demo.call("GET", demo.connection)).status).toBe(404);
});

test("the demonstration is completed after a start that was interrupted", async () => {
  const demo = await begin();
  await demo.seed();
  await demo.call("DELETE", demo.endpoint);
  await demo.call("DELETE", demo.vnet);
  const mark = await findResource(demo.store, "/cuprite/demo");
  if (mark === undefined) throw new Error("The demonstration has no mark.");
  await demo.store.write((tx) => removeResource(tx, mark));
  await demo.seed();
  expect((await demo.call("GET", demo.endpoint)).body).toMatchObject(endpointIn(demo, "Pending", "Please approve."));
});

test.each(["", "/databases/default", "/privateEndpointConnections/pectest01"])(
  "a later start does not create again what was deleted of the demonstration: cache1%s",
  async (path) => {
    const { seed, call, cluster } = await begin();
    await seed();
    expect((await call("DELETE", `${cluster}${path}`)).status).toBe(200);
    await seed();
    expect((await call("GET", `${cluster}${path}`)).status).toBe(404);
  },
);

test("a later start does not create the demonstration again after its group was deleted", async () => {
  const { seed, request, group } = await begin();
  await seed();
  expect((await request("DELETE", `${group}?api-version=2021-04-01`)).status).toBeLessThan(300);
  await seed();
  expect((await request("GET", `${group}?api-version=2021-04-01`)).status).toBe(404);
});

test("the server starts without the demonstration's endpoint when its network has no room for it", async () => {
  const demo = await begin();
  await demo.addGroup("rg1", "eastus");
  await demo.call("PUT", demo.vnet, {
    location: "eastus",
    properties: { addressSpace: { addressPrefixes: ["10.0.0.0/16"] }, subnets: [] },
  });
  await demo.seed();
  expect((await demo.call("GET", demo.endpoint)).status).toBe(404);
  expect((await demo.call("GET", demo.connection)).status).toBe(404);
  expect((await demo.call("GET", demo.cluster)).status).toBe(200);
  const subnet = `${demo.vnet}/subnets/own`;
  await demo.call("PUT", subnet, { properties: { addressPrefix: "10.0.0.0/24" } });
  const wish = { location: "eastus" };
  const put = await demo.call("PUT", demo.endpoint, endpointBody(wish, { cluster: demo.cluster, subnet }));
  expect(put.status).toBe(201);
});

test("no list shows the demonstration's mark", async () => {
  const server = await begin();
  await server.seed();
  const version = "api-version=2021-04-01";
  for (const path of ["/subscriptions", `${server.subscription}/resources`, `${server.subscription}/resourceGroups`]) {
    expect((await server.request("GET", `${path}?${version}`)).text.toLowerCase()).not.toContain("cuprite/demo");
  }
  expect((await server.request("GET", `/cuprite/demo?${version}`)).status).toBe(404);
});
