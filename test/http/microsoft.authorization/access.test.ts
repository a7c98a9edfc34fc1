import { beforeEach, describe, expect, test } from "vitest";
import { callers } from "../../support/arm-server.ts";
import { addRole, assign, deniedMessage, errorOf, requestAs } from "../../support/authorization.ts";
import { startCacheServer, type CacheServer } from "../../support/cache-server.ts";
import { clusterRequest } from "../../support/cluster-bodies.ts";
import { requestConnection } from "../../support/connections.ts";

const cache = "api-version=2025-07-01";

let server: CacheServer;
let cluster: string;
beforeEach(async () => {
  server = await startCacheServer();
  await server.send("PUT", "cache1", clusterRequest);
  cluster = server.idOf("cache1");
});

const asAlice: ReturnType<typeof requestAs> = (...request) => requestAs(server, "alice")(...request);

const statusOf = async (method: "GET" | "PUT" | "POST" | "DELETE", path: string, body?: object): Promise<number> =>
  (await asAlice(method, path, body)).status;

describe("a caller without a role", () => {
  test("a caller without a role is refused in Azure's sentence, which names action and scope", async () => {
    const answer = await asAlice("GET", `${cluster}?${cache}`);
    expect(answer.status).toBe(403);
    expect(answer.body).toEqual({
      error: {
        code: "AuthorizationFailed",
        message: deniedMessage("alice", "Microsoft.Cache/redisEnterprise/read", cluster),
      },
    });
  });

  test("a refused application is named by its application id", async () => {
    const answer = await requestAs(server, "app")("GET", `${cluster}?${cache}`);
    expect(errorOf(answer).message).toContain(`The client 'app' with object id '${callers.app.objectId}' does not`);
  });
});

describe("a role", () => {
  test.each([
    ["the tenant", () => ""],
    ["the subscription", () => server.subscription],
    ["the resource group", () => server.group],
    ["the cluster", () => cluster],
  ])("a role at %s applies to everything below", async (_, scopeOf) => {
    await assign(server, { scope: scopeOf(), role: "Reader", to: "alice" });
    expect(await statusOf("GET", `${cluster}?${cache}`)).toBe(200);
    expect(await statusOf("GET", `${cluster}/privateEndpointConnections?${cache}`)).toBe(200);
    expect(await statusOf("PUT", `${cluster}?${cache}`, clusterRequest)).toBe(403);
  });

  test("a role at one resource applies neither to its neighbours nor to what is above", async () => {
    await server.send("PUT", "cache10", clusterRequest);
    await assign(server, { scope: cluster, role: "Owner", to: "alice" });
    expect(await statusOf("GET", `${server.idOf("cache10")}?${cache}`)).toBe(403);
    expect(await statusOf("GET", server.group)).toBe(403);
    expect(await statusOf("DELETE", `${cluster}?${cache}`)).toBe(200);
  });

  test("a role at a child resource applies to that child only", async () => {
    const first = await requestConnection(server, { clusterId: cluster, name: "first" });
    const second = await requestConnection(server, { clusterId: cluster, name: "second" });
    await assign(server, { scope: first, role: "Reader", to: "alice" });
    expect(await statusOf("GET", `${first}?${cache}`)).toBe(200);
    expect(await statusOf("GET", `${second}?${cache}`)).toBe(403);
    expect(await statusOf("GET", `${cluster}?${cache}`)).toBe(403);
  });

  test("a role applies from the next request on, until its assignment is deleted", async () => {
    const id = await assign(server, { scope: cluster, role: "Reader", to: "alice" });
    expect(await statusOf("GET", `${cluster}?${cache}`)).toBe(200);
    await requestAs(server, "owner")("DELETE", id);
    expect(await statusOf("GET", `${cluster}?${cache}`)).toBe(403);
  });

  test("a Reader reads a database and gets no keys", async () => {
    await assign(server, { scope: cluster, role: "Reader", to: "alice" });
    const answer = await asAlice("POST", `${cluster}/databases/default/listKeys?${cache}`);
    expect(answer.status).toBe(403);
    expect(errorOf(answer).message).toBe(
      deniedMessage(
        "alice",
        "Microsoft.Cache/redisEnterprise/databases/listKeys/action",
        `${cluster}/databases/default`,
      ),
    );
  });

  test("a Contributor writes resources and assigns no roles", async () => {
    await assign(server, { scope: server.group, role: "Contributor", to: "alice" });
    expect(await statusOf("PUT", `${server.idOf("new")}?${cache}`, clusterRequest)).toBe(201);
    expect(await statusOf("DELETE", `${server.group}/providers/Microsoft.Authorization/locks/l`)).toBe(403);
  });

  test("a role for Redis caches of the older kind grants nothing on clusters", async () => {
    await assign(server, { scope: server.group, role: "Redis Cache Contributor", to: "alice" });
    expect(await statusOf("GET", `${cluster}?${cache}`)).toBe(403);
  });

  test("a custom role grants its actions except its notActions", async () => {
    const actions = ["Microsoft.Cache/redisEnterprise/*"];
    const notActions = ["Microsoft.Cache/redisEnterprise/*/write"];
    const roleId = await addRole(server, { name: "Odd", actions, notActions });
    await assign(server, { scope: cluster, role: roleId, to: "alice" });
    const connection = await requestConnection(server, { clusterId: cluster });
    expect(await statusOf("GET", `${connection}?${cache}`)).toBe(200);
    expect(await statusOf("PUT", `${connection}?${cache}`, { properties: {} })).toBe(403);
    expect(await statusOf("PUT", `${cluster}?${cache}`, clusterRequest)).toBe(200);
    // What one role takes away another may grant.
    await assign(server, { scope: cluster, role: "Contributor", to: "alice" });
    const properties = { privateLinkServiceConnectionState: { status: "Approved" } };
    expect(await statusOf("PUT", `${connection}?${cache}`, { properties })).toBe(201);
  });

  test("a role with only dataActions grants no actions", async () => {
    const roleId = await addRole(server, { name: "Data", dataActions: ["*"] });
    await assign(server, { scope: cluster, role: roleId, to: "alice" });
    expect(await statusOf("GET", `${cluster}?${cache}`)).toBe(403);
  });
});

describe("lists show what the caller may read", () => {
  const namesIn = (body: unknown): string[] => (body as { value: { name: string }[] }).value.map(({ name }) => name);
  const list = async (path: string): Promise<{ status: number; names: string[] }> => {
    const { status, body } = await asAlice("GET", path);
    return { status, names: status === 200 ? namesIn(body) : [] };
  };

  beforeEach(async () => {
    await server.addGroup("rg2");
    await server.send("PUT", "cache2", clusterRequest);
  });

  test("a caller who reads the subscription gets all groups and resources", async () => {
    await assign(server, { scope: server.subscription, role: "Reader", to: "alice" });
    expect(await list(`${server.subscription}/resourceGroups`)).toEqual({ status: 200, names: ["rg1", "rg2"] });
    expect(await list(`${server.subscription}/resources`)).toEqual({ status: 200, names: ["cache1", "cache2"] });
  });

  test("a caller with a role in one group gets that group", async () => {
    await assign(server, { scope: server.group, role: "Reader", to: "alice" });
    expect(await list(`${server.subscription}/resourceGroups`)).toEqual({ status: 200, names: ["rg1"] });
    expect(await list(`${server.subscription}/resources`)).toEqual({ status: 200, names: ["cache1", "cache2"] });
  });

  test("a caller with a role on one resource gets that resource and no group", async () => {
    await assign(server, { scope: cluster, role: "Reader", to: "alice" });
    expect(await list(`${server.subscription}/resourceGroups`)).toEqual({ status: 200, names: [] });
    expect(await list(`${server.subscription}/resources`)).toEqual({ status: 200, names: ["cache1"] });
    expect(await list(`${server.group}/resources`)).toEqual({ status: 200, names: ["cache1"] });
    expect((await list(`${server.subscription}/resourceGroups/rg2/resources`)).status).toBe(403);
  });

  test("a caller without a role gets empty lists, or Azure's refusal", async () => {
    expect((await list(`${server.subscription}/resourceGroups`)).status).toBe(403);
    const answer = await asAlice("GET", `${server.subscription}/resources`);
    expect(errorOf(answer).message).toBe(
      deniedMessage("alice", "Microsoft.Resources/subscriptions/resources/read", server.subscription),
    );
  });

  test("a caller with any role in a subscription sees it and its tenant", async () => {
    const other = await server.addSubscription("11111111-1111-4111-8111-111111111111");
    const seen = async () => {
      const { body } = await asAlice("GET", "/subscriptions");
      return (body as { value: { id: string }[] }).value.map(({ id }) => id);
    };
    expect(await seen()).toEqual([]);
    await assign(server, { scope: cluster, role: "Reader", to: "alice" });
    expect(await seen()).toEqual([server.subscription]);
    expect((await asAlice("GET", "/tenants")).body).toMatchObject({ value: [{ defaultDomain: "test.local" }] });
    for (const path of ["", "/locations", "/providers", "/providers/Microsoft.Cache"]) {
      expect([path, await statusOf("GET", `${server.subscription}${path}`)]).toEqual([path, 200]);
      expect([path, await statusOf("GET", `${other}${path}`)]).toEqual([path, 403]);
    }
  });

  test("pages are full of resources that may be read, however many others are between", async () => {
    for (let number = 10; number < 20; number += 1) await server.addGroup(`secret${number}`);
    await server.addGroup("z");
    for (const name of ["rg1", "z"]) {
      await assign(server, { scope: `${server.subscription}/resourceGroups/${name}`, role: "Reader", to: "alice" });
    }
    const { body } = await asAlice("GET", `${server.subscription}/resourceGroups?$top=1`);
    expect(namesIn(body)).toEqual(["rg1"]);
    const { nextLink = "" } = body as { nextLink?: string };
    const next = await asAlice("GET", nextLink.replace("https://localhost:8443", ""));
    expect(namesIn(next.body)).toEqual(["z"]);
    expect(next.body).not.toHaveProperty("nextLink");
  });
});

describe("registration", () => {
  const register = () => asAlice("POST", `${server.subscription}/providers/Microsoft.Cache/register`);

  test("registration is an action of the namespace itself, which a Reader lacks", async () => {
    await assign(server, { scope: server.subscription, role: "Reader", to: "alice" });
    const answer = await register();
    expect([answer.status, errorOf(answer).message]).toEqual([
      403,
      deniedMessage("alice", "Microsoft.Cache/register/action", `${server.subscription}/providers/Microsoft.Cache`),
    ]);
  });

  test.each(["Contributor", "Redis Cache Contributor"])("registration is granted by %s", async (role) => {
    await assign(server, { scope: server.subscription, role, to: "alice" });
    expect((await register()).status).toBe(200);
  });

  test("registration is not granted by a role in a group of the subscription", async () => {
    await assign(server, { scope: server.group, role: "Owner", to: "alice" });
    expect((await register()).status).toBe(403);
  });

  test("a missing registration is refused before rights are checked, with the namespace as published", async () => {
    const other = await server.addSubscription("11111111-1111-4111-8111-111111111111");
    const asOwner = requestAs(server, "owner");
    await asOwner("POST", `${other}/providers/microsoft.cache/unregister`);
    const url = `${other}/resourceGroups/none/providers/MICROSOFT.CACHE/redisenterprise/c?${cache}`;
    for (const answer of [await asOwner("GET", url), await asAlice("PUT", url, clusterRequest)]) {
      expect(answer.status).toBe(409);
      expect(answer.body).toMatchObject({
        error: {
          code: "MissingSubscriptionRegistration",
          details: [{ code: "MissingSubscriptionRegistration", target: "Microsoft.Cache" }],
        },
      });
    }
    const roles = await asOwner("GET", `${other}/providers/Microsoft.Authorization/roleAssignments`);
    expect(roles.status).toBe(200);
    await asOwner("POST", `${other}/providers/Microsoft.Cache/register`);
    expect((await asOwner("GET", `${other}/providers/Microsoft.Cache/redisEnterprise?${cache}`)).body).toEqual({
      value: [],
    });
  });
});
