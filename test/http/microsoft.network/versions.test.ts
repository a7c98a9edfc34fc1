import { beforeEach, describe, expect, test } from "vitest";
import { endpointBody, startNetworkServer, type NetworkServer } from "../../support/network-server.ts";

let server: NetworkServer;
beforeEach(async () => {
  server = await startNetworkServer();
});

interface Endpoint {
  properties: { networkInterfaces: { id: string }[] };
}
const read = async () => (await server.call("GET", server.endpointId("pe1"))).body as Endpoint;

describe("what a version does not know of a virtual network and its subnets", () => {
  let id: string;
  beforeEach(() => {
    id = `${server.group}/providers/Microsoft.Network/virtualNetworks/vnet2`;
  });
  const versionOf = (apiVersion: string) => `${id}?api-version=${apiVersion}`;
  const space = { addressSpace: { addressPrefixes: ["10.1.0.0/16"] } };
  const inline = (properties: object = {}) => ({
    name: "a",
    properties: { addressPrefix: "10.1.0.0/24", ...properties },
  });
  const put = (properties: object) => server.call("PUT", id, { location: "westus2", properties });
  const said = {
    encryption: { enabled: true, enforcement: "AllowUnencrypted" },
    flowTimeoutInMinutes: 10,
    privateEndpointVNetPolicies: "Basic",
  };
  const outbound = { defaultOutboundAccess: false };
  const known = ({ body }: { body: unknown }) => {
    const { properties } = body as { properties: { subnets: { properties: object }[] } };
    const { encryption, flowTimeoutInMinutes, privateEndpointVNetPolicies } = properties as Partial<typeof said>;
    const [subnet] = properties.subnets;
    const { defaultOutboundAccess } = (subnet?.properties ?? {}) as Partial<typeof outbound>;
    return [flowTimeoutInMinutes, encryption, defaultOutboundAccess, privateEndpointVNetPolicies];
  };
  const all = [10, said.encryption, false, "Basic"];

  test.each([
    ["2020-11-01", 0],
    ["2021-02-01", 1],
    ["2021-03-01", 1],
    ["2021-05-01", 2],
    ["2023-04-01", 2],
    ["2023-05-01", 3],
    ["2024-01-01", 3],
    ["2024-03-01", 4],
  ])("version %s does not show, change or check properties that it does not have", async (apiVersion, count) => {
    await put({ ...space, ...said, subnets: [inline(outbound)] });
    const shown = all.map((value, index) => (index < count ? value : undefined));
    expect(known(await server.request("GET", versionOf(apiVersion)))).toEqual(shown);
    const wrong = [
      { flowTimeoutInMinutes: "long" },
      { encryption: 1 },
      { defaultOutboundAccess: "no" },
      { privateEndpointVNetPolicies: "Some" },
    ];
    const later: object = Object.assign({}, ...wrong.slice(count));
    const properties = {
      ...space,
      ...said,
      ...later,
      subnets: [inline({ ...outbound, ...later })],
    };
    const answer = await server.request("PUT", versionOf(apiVersion), { location: "westus2", properties });
    expect([answer.status, known(answer)]).toEqual([200, shown]);
    const subnet = { properties: { addressPrefix: "10.1.0.0/24", ...outbound, ...later } };
    const written = await server.request("PUT", `${id}/subnets/a?api-version=${apiVersion}`, subnet);
    expect(written.status).toBe(200);
    expect(known(await server.call("GET", id))).toEqual(all);
  });

  test("a version that has a property resets it when the body leaves it out", async () => {
    await put({ ...space, ...said, subnets: [inline(outbound)] });
    const answer = await put({ ...space, subnets: [inline()] });
    expect(known(answer)).toEqual([undefined, undefined, undefined, "Disabled"]);
    const patched = await server.request("PATCH", versionOf("2023-09-01"), { tags: {} });
    expect(known(patched)).toEqual([undefined, undefined, undefined, undefined]);
  });
});

test.each([
  ["2022-07-01", "customDnsConfigs", [{ fqdn: "c1.westus2.redis.azure.net", ipAddresses: ["10.0.0.4"] }]],
  ["2023-11-01", "isIPv6EnabledPrivateEndpoint", false],
  ["2024-03-01", "isIPv6EnabledPrivateEndpoint", false],
  ["2025-01-01", "isIPv6EnabledPrivateEndpoint", false],
  ["2025-03-01", "ipVersionType", "IPv4"],
  ["2025-09-01", "ipVersionType", "IPv4"],
])("at %s the last property of a private endpoint is %s", async (apiVersion, name, value) => {
  await server.putEndpoint();
  const versioned = `${server.endpointId("pe1")}?api-version=${apiVersion}`;
  const { body } = await server.request("GET", versioned);
  const { properties } = body as { properties: Record<string, unknown> };
  expect(Object.keys(properties).at(-1)).toBe(name);
  expect(properties).not.toHaveProperty(name === "ipVersionType" ? "isIPv6EnabledPrivateEndpoint" : "ipVersionType");
  expect(properties[name]).toEqual(value);
  const written = await server.request("PUT", versioned, body);
  expect(written.status).toBe(200);
  expect(Object.keys((written.body as { properties: object }).properties).at(-1)).toBe(name);
});

describe("what a version does not know of a private endpoint", () => {
  const later = {
    applicationSecurityGroups: "none",
    ipConfigurations: "none",
    customNetworkInterfaceName: "-no-",
    ipVersionType: "IPv5",
  };

  test("the PUT of a private endpoint ignores properties that its version does not have", async () => {
    const old = `${server.endpointId("pe1")}?api-version=2020-11-01`;
    const body = endpointBody({ properties: later }, server);
    expect((await server.request("PUT", old, body)).status).toBe(201);
    expect(await read()).toMatchObject({ properties: { customNetworkInterfaceName: "", ipConfigurations: [] } });
    expect((await read()).properties.networkInterfaces[0]?.id).toMatch(/\/pe1\.nic\.[\da-f-]{36}$/);
  });

  test("properties stay when an old version writes the endpoint again", async () => {
    await server.putEndpoint({ properties: { customNetworkInterfaceName: "nic1" } });
    const old = `${server.endpointId("pe1")}?api-version=2021-03-01`;
    const { customNetworkInterfaceName, ipVersionType } = later;
    expect(
      (
        await server.request(
          "PUT",
          old,
          endpointBody({ properties: { customNetworkInterfaceName, ipVersionType } }, server),
        )
      ).status,
    ).toBe(200);
    expect(await read()).toMatchObject({ properties: { customNetworkInterfaceName: "nic1" } });
  });

  test.each([
    ["2021-03-01", "ipConfigurations", "properties.ipConfigurations"],
    ["2021-03-01", "applicationSecurityGroups", "properties.applicationSecurityGroups"],
    ["2025-03-01", "ipVersionType", "properties.ipVersionType"],
  ] as const)("checks from version %s on: %s", async (apiVersion, name, target) => {
    const body = endpointBody({ properties: { [name]: later[name] } }, server);
    const answer = await server.request("PUT", `${server.endpointId("pe1")}?api-version=${apiVersion}`, body);
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { code: "InvalidRequestFormat", details: [{ code: "InvalidJson", target }] } },
    });
  });
});

test.each([
  ["2020-11-01", []],
  ["2021-05-01", ["vnetEncryptionSupported"]],
  ["2022-01-01", ["vnetEncryptionSupported", "auxiliaryMode"]],
  ["2022-05-01", ["vnetEncryptionSupported", "disableTcpStateTracking", "auxiliaryMode"]],
  ["2022-11-01", ["vnetEncryptionSupported", "disableTcpStateTracking", "auxiliaryMode", "auxiliarySku"]],
  [
    "2024-05-01",
    [
      "vnetEncryptionSupported",
      "disableTcpStateTracking",
      "defaultOutboundConnectivityEnabled",
      "auxiliaryMode",
      "auxiliarySku",
    ],
  ],
])("a network interface shows at %s the properties of that version", async (apiVersion, shown) => {
  await server.putEndpoint({ properties: { customNetworkInterfaceName: "nic1" } });
  const interfaces = `${server.group}/providers/Microsoft.Network/networkInterfaces`;
  const { body } = await server.request("GET", `${interfaces}/nic1?api-version=${apiVersion}`);
  const always =
    "provisioningState resourceGuid ipConfigurations dnsSettings macAddress hostedWorkloads enableAcceleratedNetworking " +
    "enableIPForwarding tapConfigurations privateEndpoint nicType allowPort25Out";
  const names = Object.keys((body as { properties: object }).properties);
  expect(names.filter((name) => !always.split(" ").includes(name))).toEqual(shown);
  for (const list of [interfaces, interfaces.replace(server.group, server.subscription)]) {
    expect((await server.request("GET", `${list}?api-version=${apiVersion}`)).body).toEqual({ value: [body] });
  }
});
