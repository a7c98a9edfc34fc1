import { expect, test } from "vitest";
import { startCacheServer } from "../../support/cache-server.ts";
import { notServed } from "../../support/not-served.ts";

const agent = { "user-agent": "curl/8.5.0" };

test.each([
  {
    title: "a namespace",
    method: "PUT",
    path: "{group}/providers/Microsoft.KeyVault/vaults/v?api-version=2023-07-01",
    status: 404,
    error: {
      code: "InvalidResourceNamespace",
      message: `The resource namespace 'Microsoft.KeyVault' is invalid. ${notServed}`,
    },
    entry: { missing: "namespace", type: "Microsoft.KeyVault/vaults", method: "PUT", apiVersion: "2023-07-01" },
  },
  {
    title: "a namespace to be registered",
    method: "POST",
    path: "{subscription}/providers/Microsoft.KeyVault/register?api-version=2021-04-01",
    status: 404,
    error: {
      code: "InvalidResourceNamespace",
      message: `The resource namespace 'Microsoft.KeyVault' is invalid. ${notServed}`,
    },
    entry: { missing: "namespace", type: "Microsoft.KeyVault", method: "POST", apiVersion: "2021-04-01" },
  },
  {
    title: "a type",
    method: "GET",
    path: "{group}/providers/Microsoft.Cache/redis/r?api-version=2024-11-01",
    status: 404,
    error: {
      code: "InvalidResourceType",
      message:
        "The resource type 'redis' could not be found in the namespace 'Microsoft.Cache' " +
        `for api version '2024-11-01'. ${notServed}`,
    },
    entry: { missing: "type", type: "Microsoft.Cache/redis", method: "GET", apiVersion: "2024-11-01" },
  },
  {
    title: "what a lock is to be on",
    method: "PUT",
    path: "{group}/providers/Microsoft.Compute/virtualMachines/v/providers/Microsoft.Authorization/locks/l?api-version=2020-05-01",
    status: 404,
    error: {
      code: "InvalidResourceNamespace",
      message: `The resource namespace 'Microsoft.Compute' is invalid. ${notServed}`,
    },
    entry: { missing: "namespace", type: "Microsoft.Compute/virtualMachines", method: "PUT", apiVersion: "2020-05-01" },
  },
  {
    title: "an action",
    method: "POST",
    path: "{group}/providers/Microsoft.Cache/redisEnterprise/c1/reboot?api-version=2025-07-01",
    status: 404,
    error: {
      code: "ResourceActionNotFound",
      message:
        "The action 'reboot' could not be found on resource type 'Microsoft.Cache/redisEnterprise' " +
        `for api version '2025-07-01'. ${notServed}`,
    },
    entry: {
      missing: "action",
      type: "Microsoft.Cache/redisEnterprise/reboot",
      method: "POST",
      apiVersion: "2025-07-01",
    },
  },
  {
    title: "a method",
    method: "DELETE",
    path: "{subscription}?api-version=2022-12-01",
    status: 405,
    error: {
      code: "MethodNotAllowed",
      message: `The requested resource does not support http method 'DELETE'. ${notServed}`,
    },
    entry: {
      missing: "method",
      type: "Microsoft.Resources/subscriptions",
      method: "DELETE",
      apiVersion: "2022-12-01",
    },
  },
] as const)(
  "$title that Cuprite does not have is refused in Azure's form with a last sentence of its own, and is counted",
  async ({ method, path, status, error, entry }) => {
    const server = await startCacheServer();
    const url = path.replace("{group}", server.group).replace("{subscription}", server.subscription);
    const body = method === "PUT" || method === "POST" ? {} : undefined;
    expect(await server.request(method, url, body, agent)).toMatchObject({ status, body: { error } });
    expect(server.unserved.report()).toEqual({
      total: 1,
      forgotten: 0,
      entries: [{ ...entry, count: 1, clients: [{ client: "curl/8.5.0", count: 1 }] }],
    });
  },
);

test("an api-version that a type does not have is refused in Azure's words only, and is counted", async () => {
  const server = await startCacheServer();
  const { status, body } = await server.send("GET", "c1", undefined, "2019-01-01");
  expect(status).toBe(400);
  expect(body).toMatchObject({
    error: { code: "NoRegisteredProviderFound", message: expect.not.stringContaining("Cuprite") },
  });
  expect(server.unserved.report().entries).toMatchObject([
    { missing: "api-version", type: "Microsoft.Cache/redisEnterprise", method: "GET", apiVersion: "2019-01-01" },
  ]);
});

test("requests without a valid token, and those for missing resources, are not counted", async () => {
  const server = await startCacheServer();
  const url = `${server.group}/providers/Microsoft.KeyVault/vaults/v?api-version=2023-07-01`;
  expect((await server.request("GET", url, undefined, { authorization: "Bearer nobody" })).status).toBe(401);
  expect((await server.send("GET", "nothing")).status).toBe(404);
  expect(server.unserved.report()).toEqual({ total: 0, forgotten: 0, entries: [] });
});
