import { beforeEach, describe, expect, test } from "vitest";
import { startCacheServer, type CacheServer } from "../../support/cache-server.ts";
import {
  clusterRequest,
  enterpriseRequest,
  fault,
  refusal,
  refusedValue,
  shapeFault,
} from "../../support/cluster-bodies.ts";
import { notServed } from "../../support/not-served.ts";
import { stamped } from "../../support/stamped.ts";

let server: CacheServer;
beforeEach(async () => {
  server = await startCacheServer();
});

describe("the SKU", () => {
  test("a PUT without an SKU is refused", async () => {
    const { location, properties } = clusterRequest;
    expect(await refusal(server, { location, properties })).toMatchObject(
      shapeFault("The property 'sku' is required."),
    );
    expect(await refusal(server, { ...clusterRequest, sku: {} })).toMatchObject(
      shapeFault("The property 'sku.name' is required."),
    );
  });

  test.each([
    ["Balanced_B2", "2025-07-01"],
    ["Balanced_B1", "2024-10-01"],
    ["FlashOptimized_A250", "2024-06-01-preview"],
    ["Enterprise_E5", "2023-11-01"],
    ["Enterprise_E400", "2024-02-01"],
    ["Enterprise_E1", "2024-03-01-preview"],
  ])("the SKU %s is refused in %s", async (name, version) => {
    const { status, body: answer } = await refusal(server, { ...clusterRequest, sku: { name } }, version);
    expect(status).toBe(400);
    const { error } = answer as { error: Record<string, string> };
    expect(error).toMatchObject({ code: "BadRequest", target: null });
    const rest = `The value '${name}' of property 'sku.name' is not valid. Allowed values: `;
    expect(error["message"]?.slice(0, rest.length)).toBe(rest);
    expect(error["message"]).toContain("'Enterprise_E10'");
    expect(error["message"]).toContain("'EnterpriseFlash_F1500'");
  });

  test.each([
    ["Balanced_B1", 2, "must not be given for the SKU 'Balanced_B1', whose size is in its name."],
    ["Enterprise_E10", 3, "is not valid for the SKU 'Enterprise_E10'. Allowed values: '2', '4', '6' and so on."],
    ["Enterprise_E10", 0, "is not valid for the SKU 'Enterprise_E10'. Allowed values: '2', '4', '6' and so on."],
    ["Enterprise_E10", -2, "is not valid for the SKU 'Enterprise_E10'. Allowed values: '2', '4', '6' and so on."],
    ["Enterprise_E10", 2 ** 31, "is not valid for the SKU 'Enterprise_E10'. Allowed values: '2', '4', '6' and so on."],
    [
      "EnterpriseFlash_F300",
      6,
      "is not valid for the SKU 'EnterpriseFlash_F300'. Allowed values: '3', '9', '15' and so on.",
    ],
  ])("the SKU %s refuses the capacity %i", async (name, capacity, why) => {
    const answer = await refusal(server, { ...clusterRequest, sku: { name, capacity } });
    expect(answer).toMatchObject(refusedValue(String(capacity), "sku.capacity", why));
  });

  test.each([
    [{ name: "Enterprise_E10" }, 2],
    [{ name: "Enterprise_E10", capacity: 8 }, 8],
    [{ name: "EnterpriseFlash_F300", capacity: null }, 3],
    [{ name: "EnterpriseFlash_F300", capacity: 15 }, 15],
  ])("the SKU %j has capacity %i", async (sku, capacity) => {
    expect((await server.send("PUT", "c1", { ...clusterRequest, sku })).body).toMatchObject({
      sku: { ...sku, capacity },
    });
  });

  test.each([
    ["Enterprise_E10", "2025-07-01"],
    ["Enterprise_E10", "2020-10-01-preview"],
    ["EnterpriseFlash_F300", "2022-01-01"],
    ["enterprise_e20", "2026-09-01"],
  ])("the SKU %s is refused for new clusters in %s, unless retired SKUs are enabled", async (name, version) => {
    const retired = {
      status: 400,
      body: {
        error: {
          code: "BadRequest",
          message: stamped(
            "Creation of new Azure Cache for Redis Enterprise resources is no longer supported. " +
              "Azure Cache for Redis Enterprise is retiring, please create Azure Managed Redis instead.",
          ),
        },
      },
    };
    expect((await server.send("PUT", "c1", { ...clusterRequest, sku: { name } }, version)).status).toBe(201);
    server = await startCacheServer({ retiredSkus: false });
    expect(await refusal(server, { ...clusterRequest, sku: { name } }, version)).toMatchObject(retired);
    expect((await server.send("PUT", "c1", clusterRequest)).status).toBe(201);
  });

  test("a cluster of the older kind can be scaled and changed where it can no longer be created", async () => {
    const old = await startCacheServer();
    await old.send("PUT", "c1", enterpriseRequest);
    server = await startCacheServer({ retiredSkus: false, store: old.store });
    const scaled = { ...enterpriseRequest, sku: { name: "Enterprise_E20", capacity: 4 }, tags: { a: "1" } };
    expect(await server.send("PUT", "c1", scaled)).toMatchObject({ status: 200, body: { sku: scaled.sku } });
    expect(await server.send("PATCH", "c1", { sku: { name: "Enterprise_E50", capacity: 2 } })).toMatchObject({
      status: 200,
      body: { sku: { name: "Enterprise_E50" } },
    });
  });
});

describe("zones", () => {
  test("zones are refused for an SKU of Azure Managed Redis", async () => {
    const message =
      "Specifying zones for SKU 'Balanced_B1' is not supported. " +
      "Zone redundancy is enabled by default for this SKU in regions with zones.";
    expect(await refusal(server, { ...clusterRequest, zones: ["2"] })).toMatchObject(fault(message));
    expect((await server.send("PUT", "c1", { ...clusterRequest, zones: [] })).status).toBe(201);
  });

  test.each([
    [["4"], refusedValue("4", "zones", "is not valid. Allowed values: '1', '2', '3'.")],
    [["1", "1"], refusedValue("1", "zones", "is given more than once.")],
    [[1], shapeFault("The value '1' of property 'zones[0]' is not of type string.")],
  ])("the zones %j are refused", async (zones, expected) => {
    expect(await refusal(server, { ...enterpriseRequest, zones })).toMatchObject(expected);
  });

  test("the zones of a cluster cannot be changed", async () => {
    await server.send("PUT", "c1", { ...enterpriseRequest, zones: ["1", "2"] });
    expect((await server.send("PUT", "c1", enterpriseRequest)).body).toMatchObject({ zones: ["1", "2"] });
    expect((await server.send("PUT", "c1", { ...enterpriseRequest, zones: ["2", "1"] })).status).toBe(200);
    expect(await server.send("PUT", "c1", { ...enterpriseRequest, zones: ["1", "2", "3"] })).toMatchObject(
      refusedValue("1,2,3", "zones", "differs from the zones that the cluster is in."),
    );
  });
});

describe("properties", () => {
  test.each(["1.0", "1.1"])("minimumTlsVersion %s is obsolete", async (minimumTlsVersion) => {
    const answer = await refusal(server, {
      ...clusterRequest,
      properties: { ...clusterRequest.properties, minimumTlsVersion },
    });
    const why = "can't be used: TLS 1.0 and TLS 1.1 are completely obsolete. Allowed values: '1.2'.";
    expect(answer).toMatchObject(refusedValue(minimumTlsVersion, "properties.minimumTlsVersion", why));
  });

  test("the refusal of values outside their enums lists all of them", async () => {
    const properties = { publicNetworkAccess: "Sometimes", highAvailability: "Maybe", minimumTlsVersion: 1.2 };
    const { status, body: answer } = await refusal(server, { ...clusterRequest, properties });
    expect(status).toBe(400);
    const { error } = answer as {
      error: { message: string; details: { code: string; target: string; message: string }[] };
    };
    expect(error.message).toEqual(stamped("The request content has 3 errors."));
    expect(error.details.map(({ target, message }) => [target, message])).toEqual(
      expect.arrayContaining([
        [
          "properties.publicNetworkAccess",
          "The value 'Sometimes' of property 'properties.publicNetworkAccess' is not valid. Allowed values: 'Enabled', 'Disabled'.",
        ],
        [
          "properties.highAvailability",
          "The value 'Maybe' of property 'properties.highAvailability' is not valid. Allowed values: 'Enabled', 'Disabled'.",
        ],
        [
          "properties.minimumTlsVersion",
          "The value '1.2' of property 'properties.minimumTlsVersion' is not of type string or null.",
        ],
      ]),
    );
  });

  test("the refusal of a cluster lists all faults", async () => {
    const properties = { publicNetworkAccess: null, minimumTlsVersion: "1.0" };
    const { body: answer } = await refusal(server, { ...clusterRequest, sku: { name: "Balanced_B2" }, properties });
    const { error } = answer as { error: { details: { target: string }[]; code: string } };
    expect(error.code).toBe("BadRequest");
    expect(error.details.map(({ target }) => target)).toEqual([
      "sku.name",
      "properties.minimumTlsVersion",
      "properties.publicNetworkAccess",
    ]);
  });

  test("high availability cannot be disabled", async () => {
    await server.send("PUT", "c1", clusterRequest);
    const expected = refusedValue(
      "Disabled",
      "properties.highAvailability",
      "can't be set once it has been 'Enabled'.",
    );
    const properties = { ...clusterRequest.properties, highAvailability: "Disabled" };
    expect(await server.send("PUT", "c1", { ...clusterRequest, properties })).toMatchObject(expected);
    expect(await server.send("PATCH", "c1", { properties: { highAvailability: "Disabled" } })).toMatchObject(expected);
  });

  test("high availability cannot be disabled for a new cluster of an Enterprise SKU", async () => {
    const answer = await refusal(server, {
      ...enterpriseRequest,
      properties: { ...clusterRequest.properties, highAvailability: "Disabled" },
    });
    expect(answer).toMatchObject(
      refusedValue("Disabled", "properties.highAvailability", "can't be set for the SKU 'Enterprise_E10'."),
    );
  });
});

describe("publicNetworkAccess", () => {
  const cannotBeNull = refusedValue(
    "null",
    "properties.publicNetworkAccess",
    "can't be set. Allowed values: 'Enabled', 'Disabled'.",
  );

  test.each([{}, { properties: {} }, { properties: null }])(
    "a new cluster without publicNetworkAccess is refused: %j",
    async (change) => {
      const { location, sku } = clusterRequest;
      const required = shapeFault("The property 'properties.publicNetworkAccess' is required.");
      expect(await refusal(server, { location, sku, ...change })).toMatchObject(required);
    },
  );

  test("publicNetworkAccess null is refused for a new cluster", async () => {
    expect(await refusal(server, { ...clusterRequest, properties: { publicNetworkAccess: null } })).toMatchObject(
      cannotBeNull,
    );
  });

  test("publicNetworkAccess is null for a cluster of an older version until it is set, and never again", async () => {
    await server.send("PUT", "c1", { location: "eastus", sku: clusterRequest.sku }, "2025-04-01");
    expect((await server.send("GET", "c1")).body).toMatchObject({ properties: { publicNetworkAccess: null } });
    const unset = { ...clusterRequest, properties: { publicNetworkAccess: null } };
    expect(await server.send("PUT", "c1", unset)).toMatchObject({
      status: 200,
      body: { properties: { publicNetworkAccess: null } },
    });
    await server.send("PATCH", "c1", { properties: { publicNetworkAccess: "Disabled" } });
    expect(await server.send("PUT", "c1", unset)).toMatchObject(cannotBeNull);
    expect(await server.send("PATCH", "c1", unset)).toMatchObject(cannotBeNull);
    await server.send("PUT", "c1", { location: "eastus", sku: clusterRequest.sku }, "2025-04-01");
    expect((await server.send("GET", "c1")).body).toMatchObject({ properties: { publicNetworkAccess: "Disabled" } });
  });
});

describe("scaling", () => {
  const listed = async (name: string): Promise<string[]> => {
    const { status, body: answer } = await server.send("POST", `${name}/listSkusForScaling`);
    expect(status).toBe(200);
    return (answer as { skus: { name: string; sizeInGB: number }[] }).skus.map((sku) => sku.name);
  };

  test("a cluster can be scaled to the SKUs that listSkusForScaling lists, with their recorded sizes", async () => {
    await server.send("PUT", "c1", clusterRequest);
    const { body: answer } = await server.send("POST", "c1/listSkusForScaling");
    const { skus } = answer as { skus: object[] };
    expect(skus).toHaveLength(37);
    expect(skus).toEqual(
      expect.arrayContaining([
        { name: "Balanced_B0", sizeInGB: 0.5 },
        { name: "MemoryOptimized_M2000", sizeInGB: 1920 },
        { name: "ComputeOptimized_X250", sizeInGB: 235 },
      ]),
    );
    expect(JSON.stringify(skus)).not.toContain("FlashOptimized");
    for (const name of await listed("c1")) {
      expect((await server.send("PATCH", "c1", { sku: { name } })).body).toMatchObject({ sku: { name } });
    }
  });

  test.each([
    ["Balanced_B1", "FlashOptimized_A250"],
    ["Balanced_B1", "Enterprise_E10"],
    ["Enterprise_E10", "Balanced_B1"],
    ["Enterprise_E10", "EnterpriseFlash_F300"],
    ["FlashOptimized_A250", "MemoryOptimized_M10"],
  ])("scaling %s to %s is refused", async (from, to) => {
    await server.send("PUT", "c1", { ...clusterRequest, sku: { name: from } });
    expect(await listed("c1")).not.toContain(to);
    const expected = refusedValue(
      to,
      "sku.name",
      `is not one that a cluster of SKU '${from}' can be scaled to; listSkusForScaling lists those.`,
    );
    expect(await server.send("PUT", "c1", { ...clusterRequest, sku: { name: to } })).toMatchObject(expected);
    expect(await server.send("PATCH", "c1", { sku: { name: to } })).toMatchObject(expected);
  });

  test("scaling an Enterprise cluster without a capacity keeps it with the same SKU, and uses the smallest one with another", async () => {
    await server.send("PUT", "c1", { ...enterpriseRequest, sku: { name: "Enterprise_E10", capacity: 6 } });
    const same = await server.send("PATCH", "c1", { sku: { name: "Enterprise_E10" } });
    expect(same.body).toMatchObject({ sku: { capacity: 6 } });
    const other = await server.send("PATCH", "c1", { sku: { name: "Enterprise_E20" } });
    expect(other.body).toMatchObject({ sku: { name: "Enterprise_E20", capacity: 2 } });
  });

  test.each(["2025-04-01", "2021-03-01"])("listSkusForScaling does not exist in %s", async (version) => {
    await server.send("PUT", "c1", clusterRequest);
    expect(await server.send("POST", "c1/listSkusForScaling", undefined, version)).toMatchObject({
      status: 404,
      body: {
        error: {
          code: "ResourceActionNotFound",
          message: `The action 'listSkusForScaling' could not be found on resource type 'Microsoft.Cache/redisEnterprise' for api version '${version}'. ${notServed}`,
        },
      },
    });
  });

  test("listSkusForScaling of a cluster that does not exist is ARM's own 404", async () => {
    expect(await server.send("POST", "c9/listSkusForScaling")).toMatchObject({
      status: 404,
      body: { error: { code: "ResourceNotFound" } },
    });
  });
});
