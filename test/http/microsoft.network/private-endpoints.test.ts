import { beforeEach, describe, expect, test } from "vitest";
import { masked } from "../../support/masked.ts";
import { startNetworkServer, type NetworkServer } from "../../support/network-server.ts";

let server: NetworkServer;
beforeEach(async () => {
  server = await startNetworkServer();
});

interface Endpoint {
  etag: string;
  properties: {
    networkInterfaces: { id: string }[];
    customDnsConfigs: object[];
    privateLinkServiceConnections: Connection[];
    manualPrivateLinkServiceConnections: Connection[];
  };
}
interface Connection {
  properties: { requestMessage?: string; privateLinkServiceConnectionState: object };
}

const read = async (name = "pe1") => (await server.call("GET", server.endpointId(name))).body as Endpoint;
const stateOf = ({ properties }: Endpoint) =>
  [...properties.privateLinkServiceConnections, ...properties.manualPrivateLinkServiceConnections][0]?.properties
    .privateLinkServiceConnectionState;
const subscription = "/subscriptions/{guid}/resourceGroups/rg1/providers";
const pe1 = `${subscription}/Microsoft.Network/privateEndpoints/pe1`;
const nic = `${subscription}/Microsoft.Network/networkInterfaces/pe1.nic.{guid}`;
const tag = 'W/\\"{guid}\\"';

describe("an automatic request", () => {
  test("an automatic request is approved in the response, whose body is in the recorded order without a blank", async () => {
    const answer = await server.putEndpoint();
    expect(answer.status).toBe(201);
    expect(masked(answer.text)).toBe(
      `{"name":"pe1","id":"${pe1}","etag":"${tag}","type":"Microsoft.Network/privateEndpoints","location":"westus2",` +
        `"properties":{"provisioningState":"Succeeded","resourceGuid":"{guid}","privateLinkServiceConnections":[` +
        `{"name":"pec1","id":"${pe1}/privateLinkServiceConnections/pec1","etag":"${tag}","properties":{` +
        `"provisioningState":"Succeeded","privateLinkServiceId":"${subscription}/Microsoft.Cache/redisEnterprise/c1",` +
        `"groupIds":["redisEnterprise"],"privateLinkServiceConnectionState":{"status":"Approved",` +
        `"description":"Auto-approved","actionsRequired":"None"}},` +
        `"type":"Microsoft.Network/privateEndpoints/privateLinkServiceConnections"}],` +
        `"manualPrivateLinkServiceConnections":[],"customNetworkInterfaceName":"","subnet":{"id":` +
        `"${subscription}/Microsoft.Network/virtualNetworks/vnet1/subnets/default"},"ipConfigurations":[],` +
        `"networkInterfaces":[{"id":"${nic}"}],"customDnsConfigs":[{"fqdn":"c1.westus2.redis.azure.net",` +
        `"ipAddresses":["10.0.0.4"]}],"ipVersionType":"IPv4"}}`,
    );
    expect(answer.headers).toMatchObject({
      "content-type": "application/json; charset=utf-8",
      "x-go-azure-sdk-skip-polling-delay": "true",
    });
    for (const absent of ["azure-asyncoperation", "location", "retry-after", "etag", "x-rp-server-mvid"]) {
      expect(answer.headers).not.toHaveProperty(absent);
    }
  });

  test("an automatic request is an approved connection of that name on the cluster", async () => {
    await server.putEndpoint();
    expect((await server.callCache("GET", `${server.cluster}/privateEndpointConnections/pec1`)).body).toMatchObject({
      name: "pec1",
      properties: {
        privateEndpoint: { id: server.endpointId("pe1") },
        privateLinkServiceConnectionState: {
          status: "Approved",
          description: "Auto-approved",
          actionsRequired: "None",
        },
      },
    });
  });

  test("GET returns the endpoint with its etag as a header, and the lists of its group and subscription have it", async () => {
    const { body } = await server.putEndpoint();
    const answer = await server.call("GET", server.endpointId("pe1"));
    expect(answer.body).toEqual(body);
    expect(answer.headers["etag"]).toBe((body as Endpoint).etag);
    for (const scope of [server.group, server.subscription]) {
      const list = await server.call("GET", `${scope}/providers/Microsoft.Network/privateEndpoints`);
      expect(list.body).toEqual({ value: [body] });
    }
    const resources = await server.request("GET", `${server.group}/resources?api-version=2024-11-01`);
    const { value } = resources.body as { value: { type: string; name: string; location: string }[] };
    expect(value.map(({ type }) => type).toSorted()).toEqual([
      "Microsoft.Cache/redisEnterprise",
      "Microsoft.Network/networkInterfaces",
      "Microsoft.Network/privateEndpoints",
      "Microsoft.Network/virtualNetworks",
    ]);
  });

  test("an endpoint has an interface with its address, in the recorded order", async () => {
    const { properties } = (await server.putEndpoint()).body as Endpoint;
    const id = properties.networkInterfaces[0]?.id ?? "";
    const answer = await server.call("GET", id);
    expect(answer.status).toBe(200);
    expect(answer.headers["etag"]).toBe((answer.body as Endpoint).etag);
    const configuration = `${nic}/ipConfigurations/privateEndpointIpConfig.{guid}`;
    expect(masked(answer.text)).toBe(
      `{"name":"pe1.nic.{guid}","id":"${nic}","etag":"${tag}","properties":{"provisioningState":"Succeeded",` +
        `"resourceGuid":"{guid}","ipConfigurations":[{"name":"privateEndpointIpConfig.{guid}","id":"${configuration}",` +
        `"etag":"${tag}","type":"Microsoft.Network/networkInterfaces/ipConfigurations","properties":{` +
        `"provisioningState":"Succeeded","privateIPAddress":"10.0.0.4","privateIPAllocationMethod":"Dynamic",` +
        `"subnet":{"id":"${subscription}/Microsoft.Network/virtualNetworks/vnet1/subnets/default"},"primary":true,` +
        `"privateIPAddressVersion":"IPv4","privateLinkConnectionProperties":{"groupId":"redisEnterprise",` +
        `"requiredMemberName":"redisEnterprise","fqdns":["c1.westus2.redis.azure.net"]}}}],"dnsSettings":{` +
        `"dnsServers":[],"appliedDnsServers":[],"internalDomainNameSuffix":"{label}.xx.internal.cloudapp.net"},` +
        `"macAddress":"","enableAcceleratedNetworking":false,"vnetEncryptionSupported":false,` +
        `"enableIPForwarding":false,"disableTcpStateTracking":false,"hostedWorkloads":[],"tapConfigurations":[],` +
        `"privateEndpoint":{"id":"${pe1}"},"nicType":"Standard","allowPort25Out":true,` +
        `"defaultOutboundConnectivityEnabled":false,"auxiliaryMode":"None","auxiliarySku":"None"},` +
        `"type":"Microsoft.Network/networkInterfaces","location":"westus2","managedBy":"${pe1}","kind":"Regular"}`,
    );
  });

  test("a subnet lists the endpoints that have its addresses", async () => {
    await server.putEndpoint();
    const answer = await server.call("GET", server.subnet);
    const configuration = `${nic}/ipConfigurations/privateEndpointIpConfig.{guid}`;
    expect(masked(answer.text)).toContain(
      `"addressPrefix":"10.0.0.0/24","ipConfigurations":[{"id":"${configuration}"}],"privateEndpoints":[{"id":"${pe1}"}],` +
        `"delegations":[],"purpose":"PrivateEndpoints","privateEndpointNetworkPolicies":"Disabled",` +
        `"privateLinkServiceNetworkPolicies":"Enabled"}`,
    );
  });
});

describe("a manual request", () => {
  beforeEach(() => server.putEndpoint({ approval: "manual", requestMessage: "Please." }));

  test("a manual request is Pending, and has no DNS name", async () => {
    const endpoint = await read();
    expect(endpoint.properties.privateLinkServiceConnections).toEqual([]);
    expect(endpoint.properties.manualPrivateLinkServiceConnections).toMatchObject([
      {
        id: `${server.endpointId("pe1")}/manualPrivateLinkServiceConnections/pec1`,
        type: "Microsoft.Network/privateEndpoints/manualPrivateLinkServiceConnections",
        properties: {
          requestMessage: "Please.",
          privateLinkServiceConnectionState: { status: "Pending", description: "Please.", actionsRequired: "None" },
        },
      },
    ]);
    expect(endpoint.properties.customDnsConfigs).toEqual([]);
    const nicAnswer = await server.call("GET", endpoint.properties.networkInterfaces[0]?.id ?? "");
    expect(nicAnswer.text).toContain('"fqdns":[]');
  });

  test("a manual request shows its message to the owner", async () => {
    const { body } = await server.callCache("GET", `${server.cluster}/privateEndpointConnections/pec1`);
    expect(body).toMatchObject({
      properties: { privateLinkServiceConnectionState: { status: "Pending", description: "Please." } },
    });
  });

  test("an endpoint shows the owner's decision at once, with another etag, and a DNS name while it is approved", async () => {
    const before = await read();
    await server.decide("pec1", "Approved", "Welcome");
    const approved = await read();
    expect(stateOf(approved)).toEqual({ status: "Approved", description: "Welcome", actionsRequired: "None" });
    expect(approved.properties.customDnsConfigs).toEqual([
      { fqdn: "c1.westus2.redis.azure.net", ipAddresses: ["10.0.0.4"] },
    ]);
    const nicAnswer = await server.call("GET", approved.properties.networkInterfaces[0]?.id ?? "");
    expect(nicAnswer.text).toContain('"fqdns":["c1.westus2.redis.azure.net"]');
    await server.decide("pec1", "Rejected", "No more");
    const rejected = await read();
    expect(stateOf(rejected)).toEqual({ status: "Rejected", description: "No more", actionsRequired: "None" });
    expect(rejected.properties.customDnsConfigs).toEqual([]);
    expect(new Set([before.etag, approved.etag, rejected.etag]).size).toBe(3);
  });

  test("an endpoint is Disconnected after the owner removes the connection, which the cluster lists no more", async () => {
    await server.decide("pec1", "Approved");
    await server.callCache("DELETE", `${server.cluster}/privateEndpointConnections/pec1`);
    const endpoint = await read();
    expect(stateOf(endpoint)).toMatchObject({ status: "Disconnected", actionsRequired: "None" });
    expect(endpoint.properties.customDnsConfigs).toEqual([]);
    expect((await server.callCache("GET", `${server.cluster}/privateEndpointConnections`)).body).toEqual({ value: [] });
  });
});

test("a version before 2021-03-01 shows no chosen address and interface name, and keeps both in a PUT", async () => {
  await server.putEndpoint({ properties: { customNetworkInterfaceName: "nic1" } });
  const old = `${server.endpointId("pe1")}?api-version=2020-11-01`;
  const { body } = await server.request("GET", old);
  const { properties } = body as { properties: object };
  expect(Object.keys(properties)).toEqual(
    expect.not.arrayContaining(["customNetworkInterfaceName", "ipConfigurations"]),
  );
  expect(await server.request("PUT", old, body)).toMatchObject({ status: 200 });
  expect(await read()).toMatchObject({ properties: { customNetworkInterfaceName: "nic1", ipConfigurations: [] } });
});

describe("a second PUT", () => {
  test("a second PUT changes only tags, keeps the owner's decision, and is 200", async () => {
    await server.putEndpoint({ approval: "manual" });
    await server.decide("pec1", "Rejected", "No.");
    const before = await read();
    const answer = await server.putEndpoint({ approval: "manual", tags: { foo: "bar" } });
    expect(answer.status).toBe(200);
    const { etag, ...rest } = before;
    expect(answer.body).not.toMatchObject({ etag });
    expect(answer.body).toMatchObject({ tags: { foo: "bar" } });
    expect(stateOf(answer.body as Endpoint)).toEqual(stateOf(before));
    expect((answer.body as Endpoint).properties.networkInterfaces).toEqual(rest.properties.networkInterfaces);
    expect(masked(answer.text)).toContain('"location":"westus2","tags":{"foo":"bar"},"properties":{');
    expect((await server.putEndpoint({ approval: "manual" })).body).not.toHaveProperty("tags");
  });

  test("a PUT of the body that GET returned changes only the etag", async () => {
    await server.putEndpoint({ approval: "manual", requestMessage: "Please." });
    const before = await read();
    const answer = await server.call("PUT", server.endpointId("pe1"), before);
    expect(answer.status).toBe(200);
    const without = (text: string, { etag }: Endpoint) => text.replaceAll(JSON.stringify(etag), '""');
    expect(without(answer.text, answer.body as Endpoint)).toBe(without(JSON.stringify(before), before));
  });

  test("refuses a PATCH", async () => {
    await server.putEndpoint();
    const answer = await server.call("PATCH", server.endpointId("pe1"), { tags: {} });
    expect(answer.status).toBe(405);
    expect(answer.body).toMatchObject({ error: { code: "MethodNotAllowed" } });
  });
});

describe("DELETE", () => {
  test("DELETE removes endpoint, interface, address and connection: 200, then 204", async () => {
    const { properties } = (await server.putEndpoint()).body as Endpoint;
    const answers = [
      await server.call("DELETE", server.endpointId("pe1")),
      await server.call("DELETE", server.endpointId("pe1")),
    ];
    expect(answers.map(({ status, text }) => [status, text])).toEqual([
      [200, ""],
      [204, ""],
    ]);
    const gone = await server.call("GET", server.endpointId("pe1"));
    expect(gone.status).toBe(404);
    expect(gone.headers["x-ms-failure-cause"]).toBe("gateway");
    expect(gone.body).toEqual({
      error: {
        code: "ResourceNotFound",
        message:
          "The Resource 'Microsoft.Network/privateEndpoints/pe1' under resource group 'rg1' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
      },
    });
    expect((await server.call("GET", properties.networkInterfaces[0]?.id ?? "")).status).toBe(404);
    expect((await server.callCache("GET", `${server.cluster}/privateEndpointConnections`)).body).toEqual({ value: [] });
    expect((await server.call("GET", server.subnet)).text).not.toContain("ipConfigurations");
    const again = (await server.putEndpoint()).body as Endpoint;
    expect(again.properties.customDnsConfigs).toEqual([
      { fqdn: "c1.westus2.redis.azure.net", ipAddresses: ["10.0.0.4"] },
    ]);
  });

  test("DELETE of a disconnected endpoint keeps the connection that another endpoint has by now", async () => {
    await server.putEndpoint({ name: "old" });
    await server.callCache("DELETE", `${server.cluster}/privateEndpointConnections/pec1`);
    await server.putEndpoint({ name: "new" });
    await server.call("DELETE", server.endpointId("old"));
    const { body } = await server.callCache("GET", `${server.cluster}/privateEndpointConnections/pec1`);
    expect(body).toMatchObject({ properties: { privateEndpoint: { id: server.endpointId("new") } } });
    expect(stateOf(await read("new"))).toMatchObject({ status: "Approved" });
  });
});

describe("two subscriptions", () => {
  test("an endpoint in one subscription connects to a cluster in another", async () => {
    const other = await server.addSubscription("11111111-2222-4333-8444-555555555555");
    await server.request("PUT", `${other}/resourceGroups/theirs?api-version=2024-11-01`, { location: "eastus" });
    const cluster = await server.addCluster(
      `${other}/resourceGroups/theirs/providers/Microsoft.Cache/redisEnterprise/c2`,
    );
    expect((await server.putEndpoint({ target: cluster, approval: "manual" })).status).toBe(201);
    const connection = `${cluster}/privateEndpointConnections/pec1`;
    await server.callCache("PUT", connection, {
      properties: { privateLinkServiceConnectionState: { status: "Approved" } },
    });
    expect(stateOf(await read())).toMatchObject({ status: "Approved" });
  });
});
