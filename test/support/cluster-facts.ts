import type { ClusterFacts, DatabaseFacts } from "../../src/data-plane/facts.ts";

export const clusterKey =
  "/subscriptions/e7b5a9d2-6b6a-4d2f-9143-20d9a10f5b8f/resourcegroups/rg1/providers/microsoft.cache/redisenterprise/c1";

/** A database as the data plane reads it, with some things different. */
export const databaseFacts = (changes: Partial<DatabaseFacts> = {}): DatabaseFacts => ({
  id: `${clusterKey}/databases/default`,
  key: `${clusterKey}/databases/default`,
  createdAtMs: 1,
  isServing: true,
  failure: undefined,
  port: 10_000,
  clientProtocol: "Encrypted",
  clusteringPolicy: "EnterpriseCluster",
  evictionPolicy: "volatile-lru",
  appendOnly: "off",
  snapshotSeconds: undefined,
  notifyKeyspaceEvents: "",
  accessKeys: { primary: "first", secondary: "second" },
  modules: [],
  assignments: [],
  ...changes,
});

/** A cluster with a database, as the data plane reads it. */
export const clusterFacts = (changes: Partial<ClusterFacts> = {}): ClusterFacts => ({
  id: clusterKey,
  key: clusterKey,
  name: "c1",
  hostName: "c1.eastus.redis.azure.net",
  privateHostName: "c1.eastus.privatelink.redis.azure.net",
  publicNetworkAccess: "Enabled",
  sizeInBytes: 2 ** 30,
  maxConnections: 10_000,
  idleMs: 600_000,
  connections: [],
  database: databaseFacts(),
  ...changes,
});
