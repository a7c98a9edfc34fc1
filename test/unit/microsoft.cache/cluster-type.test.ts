import { describe, expect, test } from "vitest";
import type { ClusterDocument } from "../../../src/providers/microsoft.cache/clusters/cluster.ts";
import { clusterWork, clusters } from "../../../src/providers/microsoft.cache/clusters/cluster.ts";
import { startCacheServer } from "../../support/cache-server.ts";
import { clusterRequest } from "../../support/cluster-bodies.ts";

const operationId = "00000000-0000-4000-8000-000000000001";

/** A cluster that waits for an operation, and the kinds of operations. */
async function waiting(states: Pick<ClusterDocument, "provisioningState" | "resourceState">) {
  const server = await startCacheServer();
  await server.send("PUT", "c1", clusterRequest);
  const id = server.idOf("c1");
  await server.store.write(async (tx) => {
    const cluster = await clusters.require(tx, id);
    await clusters.update(tx, cluster, { document: { ...cluster.document, ...states, operationId } }, 0);
  });
  const kindOf = (name: string) => {
    const type = server.registry.find(clusters.namespace, clusters.types);
    const kind = type?.work?.find((each) => each.name === name);
    if (kind === undefined) throw new Error(`There is no kind '${name}'.`);
    return kind;
  };
  return {
    server,
    id,
    kindOf,
    document: async () => (await clusters.find(server.store, id))?.document,
  };
}

const error = { code: "OperationFailed", message: "The operation failed." };

describe("an operation that fails", () => {
  test.each([
    ["Creating", "Creating", "CreateFailed"],
    ["Updating", "Updating", "UpdateFailed"],
    ["Updating", "Scaling", "ScalingFailed"],
    ["Deleting", "Deleting", "DeleteFailed"],
  ] as const)(
    "a cluster that is %s/%s ends in %s when its operation fails",
    async (provisioningState, resourceState, failed) => {
      const { server, id, kindOf, document } = await waiting({ provisioningState, resourceState });
      const subject = { id: operationId, resourceId: id, input: {} };
      await server.store.write((tx) => kindOf(clusterWork.write.name).fail(tx, subject, error));
      expect(await document()).toMatchObject({ provisioningState: "Failed", resourceState: failed });
      expect((await document())?.operationId).toBeUndefined();
    },
  );

  test("a PUT repairs a cluster whose operation has failed", async () => {
    const { server, id, kindOf } = await waiting({ provisioningState: "Updating", resourceState: "Scaling" });
    const subject = { id: operationId, resourceId: id, input: {} };
    await server.store.write((tx) => kindOf(clusterWork.write.name).fail(tx, subject, error));
    expect((await server.send("GET", "c1", undefined, "2023-07-01")).body).toMatchObject({
      properties: { provisioningState: "Failed", resourceState: "UpdateFailed" },
    });
    expect((await server.send("PUT", "c1", clusterRequest)).body).toMatchObject({
      properties: { provisioningState: "Succeeded", resourceState: "Running" },
    });
  });
});

describe("an operation that another one has taken the place of", () => {
  test.each(Object.values(clusterWork))(
    "the end of $name changes nothing when the cluster waits for a later operation",
    async ({ name }) => {
      const { server, id, kindOf, document } = await waiting({
        provisioningState: "Updating",
        resourceState: "Updating",
      });
      const before = await document();
      const subject = { id: "00000000-0000-4000-8000-000000000002", resourceId: id, input: {} };
      await server.store.write((tx) => kindOf(name).succeed(tx, subject));
      await server.store.write((tx) => kindOf(name).fail(tx, subject, error));
      expect(await document()).toEqual(before);
    },
  );

  test.each(Object.values(clusterWork))("$name ends without an error when the cluster is gone", async ({ name }) => {
    const { server, id, kindOf } = await waiting({ provisioningState: "Updating", resourceState: "Updating" });
    const subject = { id: operationId, resourceId: `${id}x`, input: {} };
    await server.store.write((tx) => kindOf(name).succeed(tx, subject));
    await server.store.write((tx) => kindOf(name).fail(tx, subject, error));
    expect(await clusters.find(server.store, `${id}x`)).toBeUndefined();
  });
});
