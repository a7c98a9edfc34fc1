import { expect, test } from "vitest";
import type { ConnectionFacts } from "../../../../src/data-plane/facts.ts";
import { desiredPaths } from "../../../../src/data-plane/gateway/desired-paths.ts";
import { clusterFacts, clusterKey, databaseFacts } from "../../../support/cluster-facts.ts";

const endpoint = (status: ConnectionFacts["status"]): ConnectionFacts => ({
  name: "pec1",
  privateEndpointId: "/subscriptions/S/resourceGroups/rg2/providers/Microsoft.Network/privateEndpoints/PE1",
  status,
  vnetAddress: "10.0.0.4",
});

/** A connection that the owner removed does not exist: there is no state Disconnected. */
const states = {
  "no endpoint": [],
  Pending: [endpoint("Pending")],
  Approved: [endpoint("Approved")],
  Rejected: [endpoint("Rejected")],
  Disconnected: [],
} as const;

const matrix = [
  ["Enabled", "no endpoint", ["public"]],
  ["Enabled", "Pending", ["public"]],
  ["Enabled", "Approved", ["public", "PE1"]],
  ["Enabled", "Rejected", ["public"]],
  ["Enabled", "Disconnected", ["public"]],
  ["Disabled", "no endpoint", []],
  ["Disabled", "Pending", []],
  ["Disabled", "Approved", ["PE1"]],
  ["Disabled", "Rejected", []],
  ["Disabled", "Disconnected", []],
  [null, "no endpoint", ["public"]],
  [null, "Pending", []],
  [null, "Approved", ["PE1"]],
  [null, "Rejected", []],
  [null, "Disconnected", ["public"]],
] as const;

test.for(matrix)("with public network access %s and %s, what is open is %j", ([publicNetworkAccess, state, open]) => {
  const paths = desiredPaths(clusterFacts({ publicNetworkAccess, connections: states[state] }));
  expect(paths.filter(({ closedBecause }) => closedBecause === undefined).map(({ name }) => name)).toEqual(open);
  for (const { closedBecause } of paths) expect(closedBecause).not.toBe("");
});

test("no path is open without a database, or while it is being created or deleted", () => {
  const connections = states.Approved;
  const reasons = [undefined, databaseFacts({ isServing: false })].flatMap((database) =>
    desiredPaths(clusterFacts({ connections, database })).map(({ closedBecause }) => closedBecause),
  );
  expect(reasons).toEqual([
    "the cluster 'c1' has no database",
    "the cluster 'c1' has no database",
    "the database of 'c1' is being created or deleted",
    "the database of 'c1' is being created or deleted",
  ]);
});

test("no path is open to a database whose Redis did not start, and its paths say why", () => {
  const database = databaseFacts({ failure: "It ended with 1." });
  const paths = desiredPaths(clusterFacts({ connections: states.Approved, database }));
  expect(paths.map(({ closedBecause }) => closedBecause)).toEqual([
    "the database of 'c1' has no Redis: It ended with 1.",
    "the database of 'c1' has no Redis: It ended with 1.",
  ]);
});

test("a closed path says why", () => {
  const [shut, waiting] = desiredPaths(clusterFacts({ publicNetworkAccess: "Disabled", connections: states.Pending }));
  expect(shut?.closedBecause).toBe("public network access is Disabled");
  expect(waiting?.closedBecause).toBe("the private endpoint connection 'pec1' is Pending, not Approved");
});

test("paths have the keys of the cluster and of the private endpoint, and the endpoint's address in its network", () => {
  const paths = desiredPaths(clusterFacts({ connections: states.Approved }));
  expect(paths).toMatchObject([
    { key: clusterKey, kind: "public", hostName: "c1.eastus.redis.azure.net", vnetAddress: undefined },
    {
      key: "/subscriptions/s/resourcegroups/rg2/providers/microsoft.network/privateendpoints/pe1",
      kind: "private",
      hostName: "c1.eastus.redis.azure.net",
      vnetAddress: "10.0.0.4",
    },
  ]);
});
