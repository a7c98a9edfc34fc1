import { describe, expect, test } from "vitest";
import { stamped } from "../support/stamped.ts";
import { demoCluster, startDemo, waitingConnection } from "./demo.ts";
import { all, clientsOf } from "./sdk.ts";

const enterprise = { location: "eastus", sku: { name: "Enterprise_E10", capacity: 2 } };
const database = { clientProtocol: "Encrypted", clusteringPolicy: "OSSCluster", port: 10_000 };
const decision = (status: string) => ({ privateLinkServiceConnectionState: { status, description: `${status} here` } });

describe.for(["instant", "200"])("the JavaScript SDK under --timing %s", (timing) => {
  const isInstant = timing === "instant";

  test("makes a cluster with a database, lists, changes and deletes them", async () => {
    const { resourceGroups, redis } = clientsOf(await startDemo({ timing }));
    await resourceGroups.createOrUpdate("rg2", { location: "eastus" });

    const creation = await redis.redisEnterprise.beginCreate("rg2", "cache2", enterprise);
    expect(creation.isDone()).toBe(isInstant);
    const cluster = await creation.pollUntilDone();
    expect(cluster).toMatchObject({ name: "cache2", provisioningState: "Succeeded", resourceState: "Running" });
    expect(await redis.databases.beginCreateAndWait("rg2", "cache2", "default", database)).toMatchObject({
      provisioningState: "Succeeded",
      resourceState: "Running",
      port: 10_000,
    });

    const names = (await all(redis.redisEnterprise.list())).map(({ name }) => name);
    expect(new Set(names)).toEqual(new Set(["cache1", "cache2"]));
    expect(await all(redis.redisEnterprise.listByResourceGroup("rg2"))).toMatchObject([{ id: cluster.id }]);
    expect(await all(redis.databases.listByCluster("rg2", "cache2"))).toMatchObject([{ name: "default" }]);
    const update = { tags: { kept: "by name" } };
    expect(await redis.redisEnterprise.beginUpdateAndWait("rg2", "cache2", update)).toMatchObject(update);

    const keys = await redis.databases.listKeys("rg2", "cache2", "default");
    const regenerated = await redis.databases.beginRegenerateKeyAndWait("rg2", "cache2", "default", {
      keyType: "Primary",
    });
    expect(regenerated).toEqual({ primaryKey: expect.any(String), secondaryKey: keys.secondaryKey });
    expect(regenerated.primaryKey).not.toBe(keys.primaryKey);

    await redis.databases.beginDeleteAndWait("rg2", "cache2", "default");
    expect(await all(redis.databases.listByCluster("rg2", "cache2"))).toEqual([]);
    await redis.redisEnterprise.beginDeleteAndWait("rg2", "cache2");
    await expect(redis.redisEnterprise.get("rg2", "cache2")).rejects.toMatchObject({
      statusCode: 404,
      code: "ResourceNotFound",
    });
    await resourceGroups.beginDeleteAndWait("rg2");
    expect((await all(resourceGroups.list())).map(({ name }) => name)).toEqual(["rg1"]);
  });

  test.for(["2022-01-01", "2025-07-01"])(
    "approves a connection, rejects it, and learns that this is for good (api-version %s)",
    async (apiVersion) => {
      const { redis } = clientsOf(await startDemo({ timing }), { apiVersion });
      const { privateEndpointConnections: connections } = redis;
      expect(await all(connections.list(...demoCluster))).toMatchObject([
        { name: "pectest01", privateLinkServiceConnectionState: { status: "Pending" } },
      ]);

      const approved = { provisioningState: "Succeeded", ...decision("Approved") };
      expect(await connections.beginPutAndWait(...waitingConnection, decision("Approved"))).toMatchObject(approved);
      expect(await connections.get(...waitingConnection)).toMatchObject(approved);
      expect(await connections.beginPutAndWait(...waitingConnection, decision("Rejected"))).toMatchObject(
        decision("Rejected"),
      );
      await expect(connections.beginPutAndWait(...waitingConnection, decision("Approved"))).rejects.toMatchObject({
        statusCode: 400,
        message: stamped(
          "Connections that have been previously denied can't be approved. You must remove the connection and create a new one.",
        ),
      });
      expect(await connections.get(...waitingConnection)).toMatchObject(decision("Rejected"));
    },
  );

  test("deletes a connection, once and again", async () => {
    const { redis } = clientsOf(await startDemo({ timing }));
    await redis.privateEndpointConnections.delete(...waitingConnection);
    await redis.privateEndpointConnections.delete(...waitingConnection);
    expect(await all(redis.privateEndpointConnections.list(...demoCluster))).toEqual([]);
    await expect(redis.privateEndpointConnections.get(...waitingConnection)).rejects.toMatchObject({ statusCode: 404 });
  });
});
