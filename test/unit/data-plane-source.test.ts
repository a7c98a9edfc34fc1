import { expect, test } from "vitest";
import { clusterFactSource } from "../../src/data-plane-source.ts";
import type { PerSku } from "../../src/settings.ts";
import { startDatabaseServer } from "../support/database-server.ts";

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
])("a cluster's limits are its SKU's own, or what was chosen: %j", async ({ maxConnections, idleMs, ...chosen }) => {
  const { store, cluster } = await startDatabaseServer();
  const facts = await clusterFactSource(store, chosen).readCluster(cluster.toLowerCase());
  expect(facts).toMatchObject({ sizeInBytes: 12 * 2 ** 30, maxConnections, idleMs });
});

test("a cluster's limits follow its SKU", async () => {
  const { store, cluster, changeCluster } = await startDatabaseServer();
  const source = clusterFactSource(store, { redisConnections: azures, redisIdleSeconds: azures });
  await changeCluster({ sku: { name: "Balanced_B1" } });
  expect(await source.readCluster(cluster.toLowerCase())).toMatchObject({ maxConnections: 15_000 });
});
