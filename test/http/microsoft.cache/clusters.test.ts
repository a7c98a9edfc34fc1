import { describe, expect, onTestFinished, test, vi } from "vitest";
import { features } from "../../../src/providers/microsoft.cache/api-versions.ts";
import { listActivities } from "../../support/list-activities.ts";
import type { Store } from "../../../src/store/store.ts";
import { testSubscriptionId } from "../../support/arm-server.ts";
import { startCacheServer } from "../../support/cache-server.ts";
import { clusterRequest } from "../../support/cluster-bodies.ts";

const notFound = (name: string) => ({
  error: {
    code: "ResourceNotFound",
    message:
      `The Resource 'Microsoft.Cache/redisEnterprise/${name}' under resource group 'rg1' was not found. ` +
      "For more details please go to https://aka.ms/ARMResourceNotFoundFix",
  },
});

/** The keys of the resources that are written from now on. */
function changedKeys(store: Store): readonly string[] {
  const changed: string[] = [];
  store.onChange((keys) => changed.push(...keys));
  return changed;
}

describe("PUT of a new cluster", () => {
  test("PUT of a new cluster under instant timing returns 201 with the recorded body of a running cluster", async () => {
    const { send, idOf } = await startCacheServer();
    const answer = await send("PUT", "cache1", { ...clusterRequest, tags: { tag1: "value1" } });
    expect(answer.status).toBe(201);
    expect(answer.text).toBe(
      JSON.stringify(
        {
          location: "East US",
          name: "cache1",
          id: idOf("cache1"),
          type: "Microsoft.Cache/redisEnterprise",
          kind: "v2",
          tags: { tag1: "value1" },
          sku: { name: "Balanced_B1" },
          properties: {
            minimumTlsVersion: "1.2",
            hostName: "cache1.eastus.redis.azure.net",
            provisioningState: "Succeeded",
            resourceState: "Running",
            privateEndpointConnections: [],
            highAvailability: "Enabled",
            redundancyMode: "ZR",
            publicNetworkAccess: "Enabled",
          },
          identity: { type: "None" },
        },
        undefined,
        2,
      ).replaceAll("\n", "\r\n"),
    );
  });

  test("PUT of a new cluster under instant timing skips the polling delay of Terraform and has no headers of an operation", async () => {
    const { send } = await startCacheServer();
    const { headers } = await send("PUT", "cache1", clusterRequest);
    expect(headers["x-go-azure-sdk-skip-polling-delay"]).toBe("true");
    expect(headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(headers).not.toHaveProperty("azure-asyncoperation");
    expect(headers).not.toHaveProperty("location");
  });

  test("the tags of a cluster without any are null in the response that creates it, and an empty object later", async () => {
    const { send } = await startCacheServer();
    expect((await send("PUT", "cache1", clusterRequest)).body).toMatchObject({ tags: null });
    expect((await send("GET", "cache1")).body).toMatchObject({ tags: {} });
    expect((await send("PUT", "cache1", clusterRequest)).body).toMatchObject({ tags: {} });
  });

  test("a cluster of an Enterprise SKU is of kind v1, with the host name of the older kind and its zones", async () => {
    const { send } = await startCacheServer();
    const enterprise = { ...clusterRequest, sku: { name: "Enterprise_E10" }, zones: ["1", "2", "3"] };
    expect((await send("PUT", "old1", enterprise)).body).toMatchObject({
      kind: "v1",
      sku: { name: "Enterprise_E10", capacity: 2 },
      properties: { hostName: "old1.eastus.redisenterprise.cache.azure.net", redundancyMode: "ZR" },
      zones: ["1", "2", "3"],
    });
  });

  test.each([
    ["Central US EUAP", {}, "LR"],
    ["westus2", {}, "ZR"],
    ["East  US", { highAvailability: "Disabled" }, "None"],
  ])("a new cluster in %s with %j has redundancy mode %s", async (location, properties, redundancyMode) => {
    const { send } = await startCacheServer();
    const answer = await send("PUT", "cache1", {
      ...clusterRequest,
      location,
      properties: { ...clusterRequest.properties, ...properties },
    });
    expect(answer.body).toMatchObject({ properties: { redundancyMode } });
  });

  test("PUT accepts enum values in any case and returns the published spelling", async () => {
    const { send } = await startCacheServer();
    const shouted = {
      location: "EASTUS",
      sku: { name: "balanced_b1" },
      properties: { publicNetworkAccess: "ENABLED" },
    };
    expect((await send("PUT", "cache1", shouted)).body).toMatchObject({
      location: "East US",
      sku: { name: "Balanced_B1" },
      properties: { publicNetworkAccess: "Enabled" },
    });
  });

  test("PUT ignores read-only properties, a name in the body and unknown properties", async () => {
    const { send, idOf } = await startCacheServer();
    const answer = await send("PUT", "cache1", {
      ...clusterRequest,
      name: "other",
      id: "/other",
      kind: "v1",
      constructor: 1,
      properties: {
        ...clusterRequest.properties,
        hostName: "other",
        provisioningState: "Failed",
        redundancyMode: "None",
        toString: 1,
      },
    });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      name: "cache1",
      id: idOf("cache1"),
      kind: "v2",
      properties: { hostName: "cache1.eastus.redis.azure.net", provisioningState: "Succeeded", redundancyMode: "ZR" },
    });
  });

  test("PUT of a new cluster records one activity, and notifies listeners of one change", async () => {
    const { send, idOf, store } = await startCacheServer();
    const changed = changedKeys(store);
    await send("PUT", "cache1", clusterRequest);
    expect(await listActivities(store, idOf("cache1"))).toMatchObject([
      { action: "Microsoft.Cache/redisEnterprise/write", detail: { status: 201, change: "creation" } },
    ]);
    expect(changed).toEqual([idOf("cache1").toLowerCase()]);
  });

  test("PUT of a new cluster checks only the features that its body and response depend on", async () => {
    const { send } = await startCacheServer();
    const spies = Object.values(features).map((versions) => vi.spyOn(versions as Set<string>, "has"));
    onTestFinished(() => void vi.restoreAllMocks());
    await send("PUT", "cache1", clusterRequest);
    const count = spies.reduce((total, spy) => total + spy.mock.calls.length, 0);
    expect(count).toBeLessThanOrEqual(20);
  });

  test("PUT of a new cluster in a group that does not exist is refused", async () => {
    const { request, subscription } = await startCacheServer();
    const url = `${subscription}/resourceGroups/rg9/providers/Microsoft.Cache/redisEnterprise/c1?api-version=2025-07-01`;
    const { status, body: answer } = await request("PUT", url, clusterRequest);
    expect(status).toBe(404);
    expect(answer).toEqual({
      error: { code: "ResourceGroupNotFound", message: "Resource group 'rg9' could not be found." },
    });
  });
});

describe("PUT of a cluster that exists", () => {
  test("a repeated PUT returns 200 and changes nothing", async () => {
    const { send, idOf, store } = await startCacheServer();
    await send("PUT", "cache1", clusterRequest);
    const changed = changedKeys(store);
    const answer = await send("PUT", "cache1", clusterRequest);
    expect(answer).toMatchObject({ status: 200, body: { properties: { provisioningState: "Succeeded" } } });
    expect(changed).toEqual([]);
    expect((await listActivities(store, idOf("cache1"))).at(-1)).toMatchObject({
      detail: { status: 200, change: "none" },
    });
  });

  test("PUT of an existing cluster replaces the tags", async () => {
    const { send } = await startCacheServer();
    await send("PUT", "cache1", { ...clusterRequest, tags: { a: "1", b: "2" } });
    expect((await send("PUT", "cache1", { ...clusterRequest, tags: { c: "3" } })).body).toMatchObject({
      tags: { c: "3" },
    });
    expect((await send("PUT", "cache1", clusterRequest)).body).toMatchObject({ tags: {} });
  });

  test("PUT of an existing cluster changes settings, and restores the default of those that it leaves out", async () => {
    const { send } = await startCacheServer();
    await send("PUT", "cache1", {
      ...clusterRequest,
      properties: { publicNetworkAccess: "Enabled", highAvailability: "Disabled" },
    });
    const answer = await send("PUT", "cache1", { ...clusterRequest, properties: { publicNetworkAccess: "Disabled" } });
    expect(answer).toMatchObject({
      status: 200,
      body: { properties: { publicNetworkAccess: "Disabled", highAvailability: "Enabled", redundancyMode: "ZR" } },
    });
  });

  test("PUT of an existing cluster without publicNetworkAccess keeps it", async () => {
    const { send } = await startCacheServer();
    await send("PUT", "cache1", { ...clusterRequest, properties: { publicNetworkAccess: "Disabled" } });
    const answer = await send("PUT", "cache1", { location: "eastus", sku: clusterRequest.sku });
    expect(answer).toMatchObject({ status: 200, body: { properties: { publicNetworkAccess: "Disabled" } } });
  });

  test("PUT sets the casing of the name, but not of the host name", async () => {
    const { send, idOf } = await startCacheServer();
    await send("PUT", "cache1", clusterRequest);
    const answer = await send("PUT", "Cache1", { ...clusterRequest, tags: { a: "1" } });
    expect(answer.body).toMatchObject({
      id: idOf("Cache1"),
      name: "Cache1",
      properties: { hostName: "cache1.eastus.redis.azure.net" },
    });
    expect((await send("GET", "CACHE1")).body).toMatchObject({ id: idOf("Cache1") });
  });

  test("PUT with another location is refused", async () => {
    const { send } = await startCacheServer();
    await send("PUT", "cache1", clusterRequest);
    const answer = await send("PUT", "cache1", { ...clusterRequest, location: "West US 2" });
    expect(answer.status).toBe(409);
    expect(answer.body).toEqual({
      error: {
        code: "InvalidResourceLocation",
        message:
          "The resource 'cache1' already exists in location 'eastus' in resource group 'rg1'. A resource with the same " +
          "name cannot be created in location 'westus2'. Please select a new resource name.",
      },
    });
  });
});

describe("PATCH", () => {
  test("PATCH changes what it names and keeps the rest", async () => {
    const { send } = await startCacheServer();
    await send("PUT", "cache1", { ...clusterRequest, tags: { a: "1" } });
    const answer = await send("PATCH", "cache1", { properties: { publicNetworkAccess: "Disabled" } });
    expect(answer).toMatchObject({
      status: 200,
      body: { tags: { a: "1" }, sku: { name: "Balanced_B1" }, properties: { publicNetworkAccess: "Disabled" } },
    });
  });

  test("PATCH with tags replaces all of them, and null removes them", async () => {
    const { send } = await startCacheServer();
    await send("PUT", "cache1", { ...clusterRequest, tags: { a: "1", b: "2" } });
    expect((await send("PATCH", "cache1", { tags: { c: "3" } })).body).toMatchObject({ tags: { c: "3" } });
    expect((await send("PATCH", "cache1", { tags: null })).body).toMatchObject({ tags: {} });
  });

  test("an empty PATCH changes nothing", async () => {
    const { send, store } = await startCacheServer();
    await send("PUT", "cache1", clusterRequest);
    const changed = changedKeys(store);
    expect((await send("PATCH", "cache1", {})).status).toBe(200);
    expect(changed).toEqual([]);
  });

  test("PATCH enables high availability, with the redundancy of the region", async () => {
    const { send } = await startCacheServer();
    await send("PUT", "cache1", {
      ...clusterRequest,
      properties: { publicNetworkAccess: "Enabled", highAvailability: "Disabled" },
    });
    const answer = await send("PATCH", "cache1", { properties: { highAvailability: "Enabled" } });
    expect(answer.body).toMatchObject({ properties: { highAvailability: "Enabled", redundancyMode: "ZR" } });
  });

  test("PATCH with null restores the default of a property", async () => {
    const { send } = await startCacheServer();
    await send("PUT", "cache1", {
      ...clusterRequest,
      properties: { publicNetworkAccess: "Enabled", highAvailability: "Disabled" },
    });
    const answer = await send("PATCH", "cache1", { properties: { highAvailability: null, minimumTlsVersion: null } });
    expect(answer.body).toMatchObject({ properties: { highAvailability: "Enabled", minimumTlsVersion: "1.2" } });
  });

  test("PATCH of a cluster that does not exist is ARM's own 404", async () => {
    const { send } = await startCacheServer();
    const answer = await send("PATCH", "cache9", { tags: {} });
    expect(answer).toMatchObject({ status: 404, body: notFound("cache9") });
    expect(answer.text).toBe(JSON.stringify(notFound("cache9")));
    expect(answer.headers["x-ms-failure-cause"]).toBe("gateway");
  });
});

describe("GET", () => {
  test("GET finds a cluster in any case of its id", async () => {
    const { send, request, group } = await startCacheServer();
    const written = await send("PUT", "cache1", { ...clusterRequest, tags: { a: "1" } });
    const url = `${group.toUpperCase()}/PROVIDERS/microsoft.cache/REDISENTERPRISE/CACHE1?api-version=2025-07-01`;
    expect((await request("GET", url)).text).toBe(written.text);
  });

  test("GET of a cluster that does not exist is ARM's own 404, in the caller's spelling", async () => {
    const { send } = await startCacheServer();
    expect(await send("GET", "Nobody")).toMatchObject({ status: 404, body: notFound("Nobody") });
  });

  test("GET with a slash in the name does not read something below a cluster", async () => {
    const { send } = await startCacheServer();
    await send("PUT", "cache1", clusterRequest);
    const answer = await send("GET", "cache1%2Fdatabases%2Fdefault");
    expect(answer).toMatchObject({
      status: 400,
      body: {
        error: {
          code: "InvalidRequestUri",
          message: "The request URI is invalid because the segment 'cache1%2Fdatabases%2Fdefault' has a slash in it.",
        },
      },
    });
  });
});

describe("lists", () => {
  test("lists of a group and of a subscription are compact, sorted by name, without a next link", async () => {
    const server = await startCacheServer();
    const { send, request, group, subscription } = server;
    const other = await server.addGroup("rg2");
    const otherId = `${other}/providers/Microsoft.Cache/redisEnterprise/c0`;
    await request("PUT", `${otherId}?api-version=2025-07-01`, clusterRequest);
    await send("PUT", "c2", clusterRequest);
    await send("PUT", "c1", { ...clusterRequest, tags: { a: "1" } });
    const bodies = await Promise.all(["c1", "c2"].map(async (name) => (await send("GET", name)).body));
    const inGroup = await request("GET", `${group}/providers/Microsoft.Cache/redisEnterprise?api-version=2025-07-01`);
    expect(inGroup).toMatchObject({ status: 200, text: JSON.stringify({ value: bodies }) });
    const all = await request(
      "GET",
      `${subscription}/providers/Microsoft.Cache/redisEnterprise?api-version=2025-07-01`,
    );
    expect(all.status).toBe(200);
    expect((all.body as { value: { id: string }[] }).value.map(({ id }) => id)).toContain(otherId);
    expect((all.body as { value: object[] }).value).toHaveLength(3);
    expect(all.body).not.toHaveProperty("nextLink");
  });

  test("lists name Resource Manager's requests, one for each region, and the provider's build where there was one request", async () => {
    const { send, request, group } = await startCacheServer();
    const list = () => request("GET", `${group}/providers/Microsoft.Cache/redisEnterprise?api-version=2025-07-01`);
    expect((await list()).headers).not.toHaveProperty("x-ms-original-request-ids");
    await send("PUT", "c1", clusterRequest);
    await send("PUT", "c2", clusterRequest);
    const { headers: build } = await send("GET", "c1");
    const { headers: one } = await list();
    expect(one["x-ms-original-request-ids"]).toMatch(/^[\da-f-]{36}$/);
    expect(one["x-rp-server-mvid"]).toBe(build["x-rp-server-mvid"]);
    await send("PUT", "c3", { ...clusterRequest, location: "westus2" });
    const { headers: two } = await list();
    expect(two["x-ms-original-request-ids"]).toMatch(/^[\da-f-]{36},[\da-f-]{36}$/);
    expect(two).not.toHaveProperty("x-rp-server-mvid");
  });

  test("lists without clusters are empty", async () => {
    const { request, group } = await startCacheServer();
    const { text } = await request("GET", `${group}/providers/Microsoft.Cache/redisEnterprise?api-version=2025-07-01`);
    expect(text).toBe('{"value":[]}');
  });

  test("lists of all resources show a cluster's kind, SKU and identity", async () => {
    const { send, request, idOf } = await startCacheServer();
    await send("PUT", "c1", clusterRequest);
    const { body: answer } = await request(
      "GET",
      `/subscriptions/${testSubscriptionId}/resources?api-version=2024-11-01`,
    );
    expect(answer).toMatchObject({
      value: [
        {
          id: idOf("c1"),
          name: "c1",
          type: "Microsoft.Cache/redisEnterprise",
          location: "eastus",
          kind: "v2",
          sku: { name: "Balanced_B1" },
          identity: { type: "None" },
        },
      ],
    });
  });
});
