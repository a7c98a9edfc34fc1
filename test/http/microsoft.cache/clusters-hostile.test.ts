import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { apiVersions } from "../../../src/providers/microsoft.cache/api-versions.ts";
import { cacheVersion, pathOf, startCacheServer } from "../../support/cache-server.ts";
import { clusterRequest } from "../../support/cluster-bodies.ts";

const anyJson = fc.jsonValue({ maxDepth: 3 });

/** Properties of a cluster's body, any of them with an arbitrary value. */
const properties = fc.record(
  {
    publicNetworkAccess: fc.oneof(fc.constantFrom("Enabled", "disabled", null), anyJson),
    highAvailability: fc.oneof(fc.constantFrom("Enabled", "Disabled", null), anyJson),
    minimumTlsVersion: fc.oneof(fc.constantFrom("1.0", "1.2"), anyJson),
    encryption: fc.oneof(fc.record({ customerManagedKeyEncryption: anyJson }), anyJson),
  },
  { requiredKeys: [] },
);

const bodies = fc.record(
  {
    location: fc.oneof({ weight: 5, arbitrary: fc.constant("eastus") }, { weight: 1, arbitrary: anyJson }),
    sku: fc.oneof(
      fc.record({ name: fc.constantFrom("Balanced_B1", "Enterprise_E10", "constructor"), capacity: anyJson }),
      fc.constant(clusterRequest.sku),
      anyJson,
    ),
    identity: fc.oneof(
      fc.record({ type: fc.constantFrom("UserAssigned", "None"), userAssignedIdentities: anyJson }),
      anyJson,
    ),
    zones: fc.oneof(fc.array(fc.string()), anyJson),
    tags: fc.oneof(fc.dictionary(fc.string(), fc.string()), anyJson),
    properties: fc.oneof(properties, anyJson),
    __proto__: anyJson,
    constructor: anyJson,
  },
  { requiredKeys: ["location", "sku"] },
);

/** Without 2025-07-01, whose exchanges are held against the published document; the version after it knows the same. */
const versions = apiVersions.filter((version) => version !== cacheVersion);

const refused = { error: { code: expect.any(String) as string, message: expect.stringMatching(/./) as string } };

describe("whatever a body holds", () => {
  test("a write with any body is accepted or refused, but never an error of the server", async () => {
    const { send } = await startCacheServer();
    await send("PUT", "c0", clusterRequest);
    let clusters = 0;
    await fc.assert(
      fc.asyncProperty(bodies, fc.constantFrom(...versions), async (body, version) => {
        for (const [method, name] of [
          ["PUT", `c${(clusters += 1)}`],
          ["PUT", "c0"],
          ["PATCH", "c0"],
        ] as const) {
          const { status, body: answer } = await send(method, name, body, version);
          expect([200, 201, 400, 409]).toContain(status);
          const expected = status < 400 ? { name } : refused;
          expect(answer).toMatchObject(expected);
        }
      }),
      { numRuns: 200 },
    );
  }, 60_000);
});

describe("a cluster with a hostile name", () => {
  const names = ["%F0%9F%92%A5", "c1;set-cookie:%20x", "%22%3E%3Cscript%3E", "c".repeat(1_000)];
  const body = { ...clusterRequest, sku: { name: "Enterprise_E10" } };

  test.each(names)("a version with a rule for names refuses a cluster with a hostile name (%#)", async (name) => {
    const { send } = await startCacheServer();
    expect(await send("PUT", name, body)).toMatchObject({
      status: 400,
      body: { error: { code: "InvalidResourceName", message: expect.stringMatching(/^The cluster name '/) as string } },
    });
  });

  test.each(["%F0%9F%92%A5", "%22x%22%20y"])(
    "a cluster with a hostile name can be followed, read and deleted where a version allows it (%#)",
    async (name) => {
      const { send, request } = await startCacheServer({ timing: { kind: "azure" } });
      const { status, headers } = await send("PUT", name, body, "2021-03-01");
      expect(status).toBe(201);
      expect((await request("GET", pathOf(headers["location"]))).status).toBe(202);
      expect((await send("GET", name)).status).toBe(200);
      expect((await send("DELETE", name)).status).toBe(202);
    },
  );
});
