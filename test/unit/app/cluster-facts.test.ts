import { expect, test } from "vitest";
import { clusterFactSource } from "../../../src/app/cluster-facts.ts";
import type { PerSku } from "../../../src/app/settings.ts";
import { startDatabaseServer } from "../../support/database-server.ts";

const azures: PerSku = { all: undefined, bySku: {} };

test.each([
  { redisConnections: azures, redisIdleSeconds: azures, maxConnections: 30_000, idleMs: 600_000 },
  {
    redisConnections: { all: 50, bySku: { Balanced_B1: 7 } },
    redisIdleSeconds: { all: 0, bySku: { Balanced_B1: 9 } },
    maxConnections: 50,
    idleMs: 0,
  },
  {
    redisConnections: { all: 50, bySku: { Balanced_B10: 7 } },
    redisIdleSeconds: { all: undefined, bySku: { Balanced_B10: 9 } },
    maxConnections: 7,
    idleMs: 9_000,
  },
])("a cluster's limits are its SKU's, or those of the settings: %j", async ({ maxConnections, idleMs, ...chosen }) => {
  const { store, cluster } = await startDatabaseServer();
  const facts = await clusterFactSource(store, chosen).readCluster(cluster.toLowerCase());
  expect(facts).toMatchObject({ sizeInBytes: 12 * 2 ** 30, maxConnections, idleMs });
});

test.each([
  ["instant", "+@read ~*", 1],
  ["instant", "+@nosuch", 0],
  ["azure", "+@read ~*", 0],
] as const)(
  "under --timing %s the access string %s permits its user something at once: %j",
  async (kind, accessString, users) => {
    const server = await startDatabaseServer({ timing: { kind } });
    await server.putDatabase();
    await server.clock.advance(7_000);
    const body = { properties: { accessString, user: { objectId: "6497c918-11ad-41e7-1b0f-7c518a87d0b0" } } };
    const id = `${server.database}/accessPolicyAssignments/app1`;
    expect(await server.call("PUT", id, { apiVersion: "2026-09-01", body })).toMatchObject({ status: 201 });
    const source = clusterFactSource(server.store, { redisConnections: azures, redisIdleSeconds: azures });
    const assignments = async () => (await source.readCluster(server.cluster.toLowerCase()))?.database?.assignments;
    expect(await assignments()).toHaveLength(users);
    await server.clock.advance(10_000);
    expect(await assignments()).toHaveLength(accessString === "+@nosuch" ? 0 : 1);
  },
);

test("a cluster's limits follow its SKU", async () => {
  const { store, cluster, changeCluster } = await startDatabaseServer();
  const source = clusterFactSource(store, { redisConnections: azures, redisIdleSeconds: azures });
  await changeCluster({ sku: { name: "Balanced_B1" } });
  expect(await source.readCluster(cluster.toLowerCase())).toMatchObject({ maxConnections: 15_000 });
});
