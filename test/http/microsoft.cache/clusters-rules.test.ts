import { beforeEach, describe, expect, test } from "vitest";
import { listBelow } from "../../../src/store/resources.ts";
import { startCacheServer, type CacheServer } from "../../support/cache-server.ts";
import { clusterRequest, enterpriseRequest, gatewayShapeFault, refusal } from "../../support/cluster-bodies.ts";
import { stamped } from "../../support/stamped.ts";

let server: CacheServer;
beforeEach(async () => {
  server = await startCacheServer();
});

describe("the name of a new cluster", () => {
  const hyphens = "It must be 1 to 60 letters, digits and single hyphens, and neither start nor end with a hyphen.";
  const any =
    "It must be 1 to 260 characters long, not only dots, and have none of the characters '<,>,%,&,\\,?,/,#' or control characters.";

  test.each([
    ["2025-07-01", "-c1", hyphens],
    ["2025-07-01", "c1-", hyphens],
    ["2025-07-01", "c--1", hyphens],
    ["2025-07-01", "c_1", hyphens],
    ["2024-10-01", "c".repeat(61), hyphens],
    ["2024-09-01-preview", "c--1", hyphens],
    ["2024-03-01-preview", "c".repeat(61), hyphens],
    ["2024-02-01", "c%251", any],
    ["2021-03-01", "c%231", any],
    ["2021-03-01", "...", any],
  ])("version %s refuses the name %s of a new cluster", async (version, name, rule) => {
    const { status, body: answer } = await server.send("PUT", name, clusterRequest, version);
    expect(status).toBe(400);
    const shown = decodeURIComponent(name);
    expect(answer).toEqual({
      error: {
        code: "InvalidResourceName",
        message: stamped(`The cluster name '${shown}' is not valid. ${rule}`),
        target: null,
      },
    });
  });

  test.each([
    ["2025-07-01", "c-1-x"],
    ["2024-10-01", "c".repeat(60)],
    ["2024-09-01-preview", "clitest-cache1-000001"],
    ["2024-06-01-preview", "clitest-cache1-000001"],
    ["2024-03-01-preview", "clitest-cache1-000001"],
    ["2024-02-01", "c_1"],
    ["2021-03-01", "clitest-cache1-000001"],
  ])("version %s accepts the name %s of a new cluster", async (version, name) => {
    const sku = version < "2024-09-01-preview" || version === "2024-10-01" ? enterpriseRequest.sku : clusterRequest.sku;
    expect((await server.send("PUT", name, { ...clusterRequest, sku }, version)).status).toBe(201);
  });

  test("the name of an existing cluster is not checked again", async () => {
    await server.send("PUT", "c_1", enterpriseRequest, "2024-02-01");
    expect((await server.send("PUT", "c_1", enterpriseRequest)).status).toBe(200);
  });
});

describe("the location", () => {
  test.each([[{}], [{ location: null }], [{ location: "" }], [{ location: " " }]])(
    "requires the location of a cluster: %j",
    async (location) => {
      const { sku, properties } = clusterRequest;
      expect(await refusal(server, { sku, properties, ...location })).toMatchObject({
        status: 400,
        body: {
          error: { code: "LocationRequired", message: "The location property is required for this definition." },
        },
      });
    },
  );

  test("a location that is no region is refused", async () => {
    const answer = await refusal(server, { ...clusterRequest, location: "Atlantis" });
    expect(answer.status).toBe(400);
    expect(answer.headers["x-ms-failure-cause"]).toBe("gateway");
    const { error } = answer.body as { error: { code: string; message: string } };
    expect(error.code).toBe("LocationNotAvailableForResourceType");
    expect(error.message).toMatch(
      /^The provided location 'Atlantis' is not available for resource type 'Microsoft\.Cache\/redisEnterprise'\. List of available regions for the resource type is 'australiacentral,.*,eastus,.*'\.$/,
    );
  });

  test("a location that is not text is refused", async () => {
    expect(await refusal(server, { ...clusterRequest, location: 5 })).toMatchObject(
      gatewayShapeFault("location", "The value '5' of property 'location' is not of type string or null."),
    );
  });
});

describe("tags", () => {
  test.each([
    [
      Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`t${index}`, ""])),
      "TooManyTags",
      "The number of tags '51' exceeds the maximum of '50'.",
    ],
    [
      { "a/b": "1" },
      "InvalidTagNameCharacters",
      "The tag names 'a/b' have reserved characters '<,>,%,&,\\,?,/' or control characters.",
    ],
    [
      { a: "v".repeat(257) },
      "InvalidTagValueLength",
      "Tag value too large. The value of tag 'a' exceeded the maximum length. Maximum allowed length for tag value - '256' characters.",
    ],
  ])("tags that exceed the limits of ARM are refused (%#)", async (tags, code, message) => {
    expect(await refusal(server, { ...clusterRequest, tags })).toMatchObject({
      status: 400,
      body: { error: { code, message } },
    });
    await server.send("PUT", "c2", clusterRequest);
    expect(await server.send("PATCH", "c2", { tags })).toMatchObject({
      status: 400,
      body: { error: { code, message } },
    });
  });

  test("a tag that is not text is refused", async () => {
    expect(await refusal(server, { ...clusterRequest, tags: { a: 1 } })).toMatchObject(
      gatewayShapeFault("tags.a", "The value '1' of property 'tags.a' is not of type string."),
    );
  });
});

describe("a body", () => {
  test.each(["PUT", "PATCH"] as const)("%s without a body is refused", async (method) => {
    expect(await server.send(method, "c1")).toMatchObject({
      status: 400,
      body: {
        error: {
          code: "InvalidRequestContent",
          message: "The request content is missing; a JSON object is required.",
        },
      },
    });
    expect(await listBelow(server.store, server.group.toLowerCase())).toEqual([]);
  });

  test("a version ignores properties that it does not know, also of a wrong type", async () => {
    const odd = {
      ...enterpriseRequest,
      identity: 5,
      properties: { publicNetworkAccess: 5, highAvailability: [], encryption: "" },
    };
    expect((await server.send("PUT", "c1", odd, "2021-03-01")).status).toBe(201);
    expect((await server.send("GET", "c1")).body).toMatchObject({
      identity: { type: "None" },
      properties: { publicNetworkAccess: null, highAvailability: "Enabled" },
    });
  });
});
