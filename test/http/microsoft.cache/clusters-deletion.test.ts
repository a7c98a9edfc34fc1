import { describe, expect, test } from "vitest";
import type { PrivateLinkConsumer } from "../../../src/private-link/contract.ts";
import { listActiveOperations } from "../../../src/store/operations.ts";
import { listBelow } from "../../../src/store/resources.ts";
import { startCacheServer, type CacheServer } from "../../support/cache-server.ts";
import { clusterRequest } from "../../support/cluster-bodies.ts";
import { requestConnection } from "../../support/connections.ts";

const assignment = {
  properties: { accessPolicyName: "default", user: { objectId: "6497c918-11ad-41e7-1b0f-7c518a87d0b0" } },
};
const azure = { timing: { kind: "azure" } } as const;
const minuteMs = 60_000;

/** A provider of private endpoints that records removals. */
function consumer() {
  const removals: object[] = [];
  const told: PrivateLinkConsumer = {
    connectionChanged: async () => undefined,
    connectionRemoved: async (_tx, removal) => void removals.push(removal),
  };
  return { removals, told };
}

/** A cluster with a child of each type. */
async function fill(server: CacheServer): Promise<void> {
  await server.send("PUT", "c1", clusterRequest);
  await server.clock.advance(10 * minuteMs);
  await server.send("PUT", "c1/databases/default", { properties: {} });
  await server.clock.advance(10 * minuteMs);
  await server.send("PUT", "c1/databases/default/accessPolicyAssignments/a1", assignment);
  await server.clock.advance(10 * minuteMs);
  await requestConnection(server, { clusterId: server.idOf("c1") });
  expect(await listBelow(server.store, server.idOf("c1").toLowerCase())).toHaveLength(3);
}

const removalOf = (server: CacheServer): object => ({
  privateEndpointId: `${server.group}/providers/Microsoft.Network/privateEndpoints/petest01`,
  targetId: server.idOf("c1"),
});

describe("the deletion of a cluster", () => {
  test("the deletion of a cluster removes its database, assignments and connections, children first, and notifies the endpoints' provider", async () => {
    const { removals, told } = consumer();
    const server = await startCacheServer({ consumer: told });
    await fill(server);
    const changed: string[] = [];
    server.store.onChange((keys) => changed.push(...keys));
    expect(await server.send("DELETE", "c1")).toMatchObject({ status: 200, text: "" });
    const c1 = server.idOf("c1").toLowerCase();
    expect(changed).toEqual([
      `${c1}/privateendpointconnections/pectest01`,
      `${c1}/databases/default/accesspolicyassignments/a1`,
      `${c1}/databases/default`,
      c1,
    ]);
    expect(await listBelow(server.store, c1)).toEqual([]);
    expect(removals).toEqual([removalOf(server)]);
    expect((await server.send("GET", "c1")).status).toBe(404);
  });

  test("the deletion of a cluster cancels operations in progress below it", async () => {
    const { removals, told } = consumer();
    const server = await startCacheServer({ ...azure, consumer: told });
    await fill(server);
    await server.send("DELETE", "c1");
    await server.clock.advance(5 * minuteMs - 1_000);
    const connection = `${server.idOf("c1")}/privateEndpointConnections/pectest01`;
    await server.send("DELETE", "c1/privateEndpointConnections/pectest01");
    expect(await listActiveOperations(server.store, connection)).toHaveLength(1);
    await server.clock.advance(1_000);
    expect(await listActiveOperations(server.store, connection)).toEqual([]);
    expect(await listBelow(server.store, server.idOf("c1").toLowerCase())).toEqual([]);
    expect(removals).toEqual([removalOf(server)]);
    await server.clock.advance(minuteMs);
    expect(removals).toHaveLength(1);
  });

  test("the deletion of a cluster does not touch a cluster whose name has the same beginning", async () => {
    const server = await startCacheServer();
    await fill(server);
    await server.send("PUT", "c10", clusterRequest);
    await server.send("PUT", "c10/databases/default", { properties: {} });
    await server.send("DELETE", "c1");
    expect((await server.send("GET", "c10/databases/default")).status).toBe(200);
  });

  test("the deletion of a resource group removes its clusters with all below them", async () => {
    const { removals, told } = consumer();
    const server = await startCacheServer({ consumer: told });
    await fill(server);
    await server.request("DELETE", `${server.group}?api-version=2024-11-01`);
    expect(await listBelow(server.store, server.group.toLowerCase())).toEqual([]);
    expect(removals).toEqual([removalOf(server)]);
  });

  test("DELETE of a cluster that does not exist returns an empty 204", async () => {
    const server = await startCacheServer();
    expect(await server.send("DELETE", "c1")).toMatchObject({ status: 204, text: "" });
  });
});
