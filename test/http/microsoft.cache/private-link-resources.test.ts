import { expect, test } from "vitest";
import { startCacheServer } from "../../support/cache-server.ts";
import { notServed } from "../../support/not-served.ts";

test.each([
  ["Balanced_B1", "privatelink.redis.azure.net"],
  ["Enterprise_E10", "privatelink.redisenterprise.cache.azure.net"],
])("a cluster of SKU %s has one private link resource, in the zone %s", async (name, zone) => {
  const { send, idOf } = await startCacheServer();
  const properties = { publicNetworkAccess: "Disabled" };
  await send("PUT", "c1", { location: "eastus", sku: { name }, properties });
  const answer = await send("GET", "c1/privateLinkResources");
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({
    value: [
      {
        properties: {
          groupId: "redisEnterprise",
          requiredMembers: ["redisEnterprise"],
          requiredZoneNames: [zone],
        },
        id: `${idOf("c1")}/privateLinkResources/redisEnterprise`,
        name: "redisEnterprise",
        type: "Microsoft.Cache/redisEnterprise/privateLinkResources",
      },
    ],
  });
});

test("the private link resources of a cluster that does not exist are ARM's own 404", async () => {
  const { send, idOf } = await startCacheServer();
  const answer = await send("GET", "c9/privateLinkResources");
  expect(answer).toMatchObject({
    status: 404,
    body: {
      error: {
        code: "ParentResourceNotFound",
        message:
          "Failed to perform 'read' on resource(s) of type 'redisEnterprise/privateLinkResources', " +
          `because the parent resource '${idOf("c9")}' could not be found.`,
      },
    },
  });
});

test("a single private link resource cannot be read", async () => {
  const { send } = await startCacheServer();
  await send("PUT", "c1", {
    location: "eastus",
    sku: { name: "Balanced_B1" },
    properties: { publicNetworkAccess: "Disabled" },
  });
  expect(await send("GET", "c1/privateLinkResources/redisEnterprise")).toMatchObject({
    status: 405,
    body: {
      error: {
        code: "MethodNotAllowed",
        message: `The requested resource does not support http method 'GET'. ${notServed}`,
      },
    },
  });
});
