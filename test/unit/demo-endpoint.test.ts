import { expect, test } from "vitest";
import { seedDemo } from "../../src/app/demo.ts";
import { createLog } from "../../src/kernel/log.ts";
import { connectionProxy } from "../../src/providers/microsoft.cache/private-endpoint-connections/proxy.ts";
import { findResource, removeResource, updateResource } from "../../src/store/resources.ts";
import { startArmServer } from "../support/arm-server.ts";
import { cacheAndNetwork, endpointBody } from "../support/network-server.ts";

async function begin() {
  const server = await startArmServer({ providers: [(services) => cacheAndNetwork(services)] });
  const { store, clock, subscription, request } = server;
  const group = `${subscription}/resourceGroups/rg1`;
  const cluster = `${group}/providers/Microsoft.Cache/redisEnterprise/cache1`;
  const network = `${group}/providers/Microsoft.Network`;
  const seed = () => seedDemo({ store, clock, log: createLog("silent"), target: connectionProxy({ clock }) });
  const call = (method: "GET" | "PUT" | "DELETE", id: string, body?: unknown) =>
    request(method, `${id}?api-version=2025-07-01`, body);
  return { ...server, cluster, network, seed, call };
}
type Demo = Awaited<ReturnType<typeof begin>>;

const connection = ({ cluster }: Demo) => `${cluster}/privateEndpointConnections/pectest01`;
const endpoint = ({ network }: Demo) => `${network}/privateEndpoints/petest01`;

/** The demonstration's endpoint, as its consumer sees it. */
const waiting = (demo: Demo, status: string, description: string) => ({
  location: "eastus",
  properties: {
    provisioningState: "Succeeded",
    subnet: { id: `${demo.network}/virtualNetworks/vnet1/subnets/default` },
    privateLinkServiceConnections: [],
    manualPrivateLinkServiceConnections: [
      {
        name: "pectest01",
        properties: {
          privateLinkServiceId: demo.cluster,
          requestMessage: "Please approve.",
          privateLinkServiceConnectionState: { status, description },
        },
      },
    ],
  },
});

test("the demonstration's connection has an endpoint, an interface and a subnet", async () => {
  const demo = await begin();
  await demo.seed();
  expect((await demo.call("GET", endpoint(demo))).body).toMatchObject(waiting(demo, "Pending", "Please approve."));
  expect((await demo.call("GET", `${demo.network}/networkInterfaces`)).body).toMatchObject({
    value: [
      {
        properties: {
          privateEndpoint: { id: endpoint(demo) },
          ipConfigurations: [{ properties: { privateIPAddress: "10.0.0.4" } }],
        },
      },
    ],
  });
  expect((await demo.call("GET", connection(demo))).body).toMatchObject({
    properties: { privateEndpoint: { id: endpoint(demo) } },
  });
});

test("the owner's decision reaches it, and its deletion the owner", async () => {
  const demo = await begin();
  await demo.seed();
  const privateLinkServiceConnectionState = { status: "Approved", description: "OK" };
  await demo.call("PUT", connection(demo), { properties: { privateLinkServiceConnectionState } });
  await demo.seed();
  expect((await demo.call("GET", endpoint(demo))).body).toMatchObject(waiting(demo, "Approved", "OK"));
  expect((await demo.call("DELETE", endpoint(demo))).status).toBe(200);
  await demo.seed();
  expect((await demo.call("GET", endpoint(demo))).status).toBe(404);
  expect((await demo.call("GET", connection(demo))).status).toBe(404);
});

/** Makes the store what it was before there were endpoints: a connection whose other end is nowhere. */
async function makeOld(demo: Demo, privateEndpointId = endpoint(demo)): Promise<void> {
  await demo.seed();
  await demo.call("PUT", connection(demo), {
    properties: { privateLinkServiceConnectionState: { status: "Approved", description: "Mine." } },
  });
  const interfaces = (await demo.call("GET", `${demo.network}/networkInterfaces`)).body as { value: { id: string }[] };
  const vnet = `${demo.network}/virtualNetworks/vnet1`;
  const others = interfaces.value.map(({ id }) => id);
  const nowMs = demo.clock.nowMs();
  await demo.store.write(async (tx) => {
    const found = await findResource<object>(tx, connection(demo));
    if (found === undefined) throw new Error("There is no connection.");
    await updateResource(tx, found, { document: { ...found.document, privateEndpointId } }, nowMs);
    for (const id of [endpoint(demo), `${vnet}/subnets/default`, vnet, ...others, "/cuprite/demo"]) {
      const resource = await findResource(tx, id);
      if (resource !== undefined) await removeResource(tx, resource, nowMs);
    }
  });
}

test("a connection from before there were endpoints gets one, and stays as its owner left it", async () => {
  const demo = await begin();
  await makeOld(demo);
  expect((await demo.call("GET", endpoint(demo))).status).toBe(404);
  await demo.seed();
  expect((await demo.call("GET", endpoint(demo))).body).toMatchObject(waiting(demo, "Approved", "Mine."));
  expect((await demo.call("DELETE", endpoint(demo))).status).toBe(200);
  expect((await demo.call("GET", connection(demo))).status).toBe(404);
});

test("a connection of that name that is another endpoint's is left alone", async () => {
  const demo = await begin();
  await makeOld(demo, `${demo.network}/privateEndpoints/other`);
  await demo.seed();
  expect((await demo.call("GET", endpoint(demo))).status).toBe(404);
  expect((await demo.call("GET", connection(demo))).status).toBe(200);
});

test("a server whose network has no room for it starts without", async () => {
  const demo = await begin();
  await demo.addGroup("rg1", "eastus");
  const vnet = `${demo.network}/virtualNetworks/vnet1`;
  await demo.call("PUT", vnet, {
    location: "eastus",
    properties: { addressSpace: { addressPrefixes: ["10.0.0.0/16"] }, subnets: [] },
  });
  await demo.seed();
  expect((await demo.call("GET", endpoint(demo))).status).toBe(404);
  expect((await demo.call("GET", connection(demo))).status).toBe(404);
  expect((await demo.call("GET", demo.cluster)).status).toBe(200);
  const subnet = `${vnet}/subnets/own`;
  await demo.call("PUT", subnet, { properties: { addressPrefix: "10.0.0.0/24" } });
  const wish = { location: "eastus" };
  const put = await demo.call("PUT", endpoint(demo), endpointBody(wish, { cluster: demo.cluster, subnet }));
  expect(put.status).toBe(201);
});
