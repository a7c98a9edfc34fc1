import { expect, test } from "vitest";
import { AssignedClusters } from "../../../src/data-plane/assigned-clusters.ts";
import type { ClusterFacts } from "../../../src/data-plane/facts.ts";
import { clusterFacts, databaseFacts } from "../../support/cluster-facts.ts";

/** A cluster on whose database these users have an assignment. */
const factsFor = (...users: readonly string[]): ClusterFacts =>
  clusterFacts({
    database: databaseFacts({ assignments: users.map((objectId) => ({ objectId, accessString: "+@all ~*" })) }),
  });

test("a user's clusters are those with an assignment for the user, each named once", () => {
  const assigned = new AssignedClusters<object>();
  const [one, other, none] = [{}, {}, {}];
  assigned.set(one, factsFor("ada", "bob"));
  assigned.set(other, factsFor("bob", "bob"));
  assigned.set(none, clusterFacts({ database: undefined }));
  expect(assigned.to(["ada"])).toEqual([one]);
  expect(assigned.to(["ada", "bob"])).toHaveLength(2);
  expect(assigned.to(["somebody"])).toEqual([]);
});

test("a cluster that gains, loses and regains an assignment is its user's only meanwhile", () => {
  const assigned = new AssignedClusters<object>();
  const cluster = {};
  const found: number[] = [];
  for (const facts of [factsFor(), factsFor("ada"), factsFor("bob"), factsFor("ada", "bob"), undefined]) {
    assigned.set(cluster, facts);
    found.push(assigned.to(["ada"]).length);
  }
  expect(found).toEqual([0, 1, 0, 1, 0]);
  expect(assigned.to(["bob"])).toEqual([]);
});
