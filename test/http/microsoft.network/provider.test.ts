import { beforeEach, describe, expect, test } from "vitest";
import { notServed } from "../../support/not-served.ts";
import { startNetworkServer, type NetworkServer } from "../../support/network-server.ts";

let server: NetworkServer;
beforeEach(async () => {
  server = await startNetworkServer();
});

describe("available private endpoint types", () => {
  const path = "providers/Microsoft.Network/locations/westus2/availablePrivateEndpointTypes";
  const types = (scope: string) => ({
    value: [
      {
        name: "Microsoft.Cache.redisEnterprise",
        id: `${scope}/providers/Microsoft.Network/AvailablePrivateEndpointTypes/Microsoft.Cache.redisEnterprise`,
        type: "Microsoft.Network/AvailablePrivateEndpointTypes",
        resourceName: "Microsoft.Cache/redisEnterprise",
        displayName: "Microsoft.Cache/redisEnterprise",
      },
    ],
  });

  test("lists the available private endpoint types of a subscription and of a group", async () => {
    for (const scope of [server.subscription, server.group]) {
      const { status, body } = await server.call("GET", `${scope}/${path}`);
      expect([status, body]).toEqual([200, types(scope)]);
    }
  });

  test("refuses the available private endpoint types of a group that does not exist", async () => {
    const { status, body } = await server.call("GET", `${server.group}x/${path}`);
    expect([status, body]).toEqual([
      404,
      { error: { code: "ResourceGroupNotFound", message: "Resource group 'rg1x' could not be found." } },
    ]);
  });
});

describe("network interfaces", () => {
  const nics = "providers/Microsoft.Network/networkInterfaces";

  test("lists network interfaces by group and subscription, and refuses to delete one", async () => {
    const { body } = await server.putEndpoint({ properties: { customNetworkInterfaceName: "nic1" } });
    expect(body).toMatchObject({ name: "pe1" });
    const id = `${server.group}/${nics}/nic1`;
    const nic = (await server.call("GET", id)).body;
    for (const scope of [server.group, server.subscription]) {
      expect((await server.call("GET", `${scope}/${nics}`)).body).toEqual({ value: [nic] });
    }
    const { status, body: refusal } = await server.call("DELETE", id);
    expect([status, refusal]).toEqual([
      400,
      {
        error: {
          code: "NicInUseWithPrivateEndpoint",
          message: `Network interface ${id} cannot be deleted because it is currently in use with an private endpoint (${server.endpointId("pe1")}).`,
          details: [],
        },
      },
    ]);
    expect((await server.call("DELETE", `${id}x`)).status).toBe(204);
    expect((await server.call("GET", `${id}x`)).body).toMatchObject({ error: { code: "ResourceNotFound" } });
  });

  test.each(["PUT", "PATCH"] as const)(
    "refuses %s of a network interface, and counts it as unserved",
    async (method) => {
      await server.putEndpoint({ properties: { customNetworkInterfaceName: "nic1" } });
      const nic1 = `${server.group}/${nics}/nic1`;
      const before = await server.call("GET", nic1);
      for (const id of [nic1, `${nic1}x`]) {
        const { status, body } = await server.call(method, id, {
          location: "westus2",
          tags: { a: "b" },
          properties: {},
        });
        const message = `Network interface ${id} cannot be written: private endpoints alone make and change interfaces. ${notServed}`;
        expect([status, body]).toEqual([501, { error: { code: "NotImplemented", message, details: [] } }]);
      }
      expect((await server.call("GET", nic1)).text).toBe(before.text);
      expect((await server.call("GET", `${nic1}x`)).status).toBe(404);
      expect(server.unserved.report().entries).toMatchObject([
        { missing: "method", type: "Microsoft.Network/networkInterfaces", method, count: 2 },
      ]);
    },
  );
});

test("accepts any well-formed api-version, and refuses a malformed one", async () => {
  const ask = (version: string) => server.request("GET", `${server.vnet}?api-version=${version}`);
  for (const version of ["2015-06-15", "2026-01-01", "2031-12-31-preview"]) {
    expect((await ask(version)).status).toBe(200);
  }
  expect((await ask("latest")).body).toMatchObject({ error: { code: "InvalidApiVersionParameter" } });
});

test("the provider lists the types that clients look for, and its operations in compact form", async () => {
  const listed = await server.request(
    "GET",
    `${server.subscription}/providers/Microsoft.Network?api-version=2024-11-01`,
  );
  const { resourceTypes } = listed.body as { resourceTypes: { resourceType: string; capabilities: string }[] };
  expect(resourceTypes.map(({ resourceType }) => resourceType)).toEqual(
    expect.arrayContaining([
      "virtualNetworks",
      "virtualNetworks/subnets",
      "networkInterfaces",
      "privateEndpoints",
      "privateEndpoints/privateDnsZoneGroups",
      "privateDnsZones",
      "locations/operations",
      "locations/operationResults",
      "locations/availablePrivateEndpointTypes",
    ]),
  );
  const operations = await server.call("GET", "/providers/Microsoft.Network/operations");
  expect(operations.text.startsWith('{"value":[{"name":"Microsoft.Network/register/action"')).toBe(true);
  expect(operations.headers).not.toHaveProperty("x-rp-server-mvid");
  expect(operations.text).toContain('"Microsoft.Network/privateEndpoints/write"');
});

test("the provider's operations include the actions that callers need on what they join", async () => {
  const { body } = await server.call("GET", "/providers/Microsoft.Network/operations");
  const names = (body as { value: { name: string }[] }).value.map(({ name }) => name);
  expect(names.filter((name) => name.includes("/join/"))).toEqual([
    "Microsoft.Network/virtualNetworks/join/action",
    "Microsoft.Network/virtualNetworks/subnets/join/action",
    "Microsoft.Network/networkSecurityGroups/join/action",
    "Microsoft.Network/privateDnsZones/join/action",
  ]);
});
