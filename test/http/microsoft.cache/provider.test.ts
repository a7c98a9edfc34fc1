import { describe, expect, test } from "vitest";
import { apiVersionsNewestFirst } from "../../../src/providers/microsoft.cache/api-versions.ts";
import { startCacheServer } from "../../support/cache-server.ts";

interface ListedType {
  readonly resourceType: string;
  readonly apiVersions: readonly string[];
  readonly locations: readonly string[];
}

describe("the provider's list of types", () => {
  const listTypes = async (): Promise<readonly ListedType[]> => {
    const { request, subscription } = await startCacheServer();
    const answer = await request("GET", `${subscription}/providers/Microsoft.Cache?api-version=2021-04-01`);
    expect(answer.status).toBe(200);
    return (answer.body as { resourceTypes: ListedType[] }).resourceTypes;
  };

  test("the provider's list has all types below a cluster in every published version, from which az and azapi choose", async () => {
    const types = await listTypes();
    const expected = [
      "redisEnterprise",
      "redisEnterprise/databases",
      "redisEnterprise/databases/accessPolicyAssignments",
      "redisEnterprise/privateEndpointConnections",
      "redisEnterprise/privateLinkResources",
    ];
    for (const name of expected) {
      const type = types.find(({ resourceType }) => resourceType === name);
      expect(type?.locations).toContain("East US");
      expect(apiVersionsNewestFirst).toEqual(expect.arrayContaining([...(type?.apiVersions ?? [])]));
      expect(type?.apiVersions).toContain("2025-07-01");
    }
    expect(types.find(({ resourceType }) => resourceType === "redisEnterprise")?.apiVersions).toEqual(
      apiVersionsNewestFirst,
    );
  });

  test("the provider's list does not show operation results", async () => {
    expect((await listTypes()).filter(({ resourceType }) => resourceType.endsWith("operationresults"))).toEqual([]);
  });
});

test("the operations list has every action of the provider, once", async () => {
  const { request } = await startCacheServer();
  const { status, body } = await request("GET", "/providers/Microsoft.Cache/operations?api-version=2025-07-01");
  expect(status).toBe(200);
  const names = (body as { value: { name: string }[] }).value.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(
    expect.arrayContaining([
      "Microsoft.Cache/register/action",
      "Microsoft.Cache/redisEnterprise/read",
      "Microsoft.Cache/redisEnterprise/write",
      "Microsoft.Cache/redisEnterprise/delete",
      "Microsoft.Cache/redisEnterprise/listSkusForScaling/action",
      "Microsoft.Cache/redisEnterprise/privateLinkResources/read",
      "Microsoft.Cache/redisEnterprise/privateEndpointConnections/write",
      "Microsoft.Cache/redisEnterprise/databases/listKeys/action",
      // Roles grant these for private endpoints, though no client calls them.
      "Microsoft.Cache/redisEnterprise/PrivateEndpointConnectionsApproval/action",
      "Microsoft.Cache/redisEnterprise/privateEndpointConnectionProxies/read",
      "Microsoft.Cache/redisEnterprise/privateEndpointConnectionProxies/write",
      "Microsoft.Cache/redisEnterprise/privateEndpointConnectionProxies/delete",
      "Microsoft.Cache/redisEnterprise/privateEndpointConnectionProxies/validate/action",
      "Microsoft.Cache/redisEnterprise/privateEndpointConnectionProxies/operationResults/read",
    ]),
  );
});

test("the operations list has what reads and writes a type first, then its DELETE and its actions", async () => {
  const { request } = await startCacheServer();
  const { body } = await request("GET", "/providers/Microsoft.Cache/operations?api-version=2025-07-01");
  const names = (body as { value: { name: string }[] }).value.map(({ name }) => name);
  expect(names.filter((name) => /redisEnterprise\/(?:\w+|\w+\/action)$/.test(name))).toEqual([
    "Microsoft.Cache/redisEnterprise/read",
    "Microsoft.Cache/redisEnterprise/write",
    "Microsoft.Cache/redisEnterprise/delete",
    "Microsoft.Cache/redisEnterprise/listSkusForScaling/action",
    "Microsoft.Cache/redisEnterprise/PrivateEndpointConnectionsApproval/action",
  ]);
});
