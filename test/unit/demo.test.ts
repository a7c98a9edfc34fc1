import { expect, test } from "vitest";
import { seedDemo } from "../../src/app/demo.ts";
import { createLog } from "../../src/kernel/log.ts";
import { connectionProxy } from "../../src/providers/microsoft.cache/private-endpoint-connections/proxy.ts";
import { startArmServer } from "../support/arm-server.ts";
import { cacheAndNetwork } from "../support/network-server.ts";

async function begin() {
  const server = await startArmServer({ providers: [(services) => cacheAndNetwork(services)] });
  const { store, clock, subscription, request } = server;
  const group = `${subscription}/resourceGroups/rg1`;
  return {
    ...server,
    group,
    seed: () => seedDemo({ store, clock, log: createLog("silent"), target: connectionProxy({ clock }) }),
    call: (method: "GET" | "DELETE", path: string) =>
      request(method, `${group}/providers/Microsoft.Cache/redisEnterprise/cache1${path}?api-version=2025-07-01`),
  };
}

test("the demonstration has a cluster, its database and a connection that waits", async () => {
  const { seed, call } = await begin();
  await seed();
  expect((await call("GET", "/databases/default")).body).toMatchObject({
    properties: { clientProtocol: "Encrypted", port: 10_000, accessKeysAuthentication: "Enabled" },
  });
  expect((await call("GET", "/privateEndpointConnections/pectest01")).body).toMatchObject({
    properties: { privateLinkServiceConnectionState: { status: "Pending" } },
  });
});

test.each(["", "/databases/default", "/privateEndpointConnections/pectest01"])(
  "what was deleted of the demonstration stays away: cache1%s",
  async (path) => {
    const { seed, call } = await begin();
    await seed();
    expect((await call("DELETE", path)).status).toBe(200);
    await seed();
    expect((await call("GET", path)).status).toBe(404);
  },
);

test("the demonstration stays away after its whole group was deleted", async () => {
  const { seed, request, group } = await begin();
  await seed();
  expect((await request("DELETE", `${group}?api-version=2021-04-01`)).status).toBeLessThan(300);
  await seed();
  expect((await request("GET", `${group}?api-version=2021-04-01`)).status).toBe(404);
});

test("the demonstration's mark is nowhere to be seen", async () => {
  const server = await begin();
  await server.seed();
  const version = "api-version=2021-04-01";
  for (const path of ["/subscriptions", `${server.subscription}/resources`, `${server.subscription}/resourceGroups`]) {
    expect((await server.request("GET", `${path}?${version}`)).text.toLowerCase()).not.toContain("cuprite/demo");
  }
  expect((await server.request("GET", `/cuprite/demo?${version}`)).status).toBe(404);
});
