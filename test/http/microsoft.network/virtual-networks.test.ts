import { beforeEach, describe, expect, test } from "vitest";
import type { Timing } from "../../../src/operations/timing.ts";
import { masked } from "../../support/masked.ts";
import { pathOf, startNetworkServer, vnetBody, type NetworkServer } from "../../support/network-server.ts";

let server: NetworkServer;
let id: string;

async function begin(timing: Timing = { kind: "instant" }): Promise<void> {
  server = await startNetworkServer({ timing });
  id = `${server.group}/providers/Microsoft.Network/virtualNetworks/vnet2`;
}
beforeEach(() => begin());

const space = (...addressPrefixes: string[]) => ({ addressSpace: { addressPrefixes } });
const inline = (name: string, addressPrefix: string, properties: object = {}) => ({
  name,
  properties: { addressPrefix, ...properties },
});
const put = (properties: object, rest: object = {}) =>
  server.call("PUT", id, { location: "West US 2", ...rest, properties });
const refused = (code: string, message: string, details: object[] = []) => ({
  status: 400,
  body: { error: { code, message, details } },
});
const vnet2 = "/subscriptions/{guid}/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/vnet2";
const tag = 'W/\\"{guid}\\"';

describe("a virtual network", () => {
  test("creates a virtual network with the recorded body and a region's name as location", async () => {
    const answer = await put(space("10.1.0.0/16"));
    expect(answer.status).toBe(201);
    expect(masked(answer.text)).toBe(
      `{"name":"vnet2","id":"${vnet2}","etag":"${tag}","type":"Microsoft.Network/virtualNetworks","location":"westus2",` +
        `"properties":{"provisioningState":"Succeeded","resourceGuid":"{guid}","addressSpace":{"addressPrefixes":` +
        `["10.1.0.0/16"]},"privateEndpointVNetPolicies":"Disabled","subnets":[],"virtualNetworkPeerings":[],"enableDdosProtection":false}}`,
    );
    expect(answer.headers["x-go-azure-sdk-skip-polling-delay"]).toBe("true");
    const read = await server.call("GET", id);
    expect(read.text).toBe(answer.text);
    expect(read.headers["etag"]).toBe((answer.body as { etag: string }).etag);
  });

  test("creates a virtual network with subnets, which have its etag and Azure's defaults", async () => {
    const answer = await put({ ...space("10.1.0.0/16"), subnets: [inline("a", "10.1.0.0/24")] });
    expect(masked(answer.text)).toContain(
      `"subnets":[{"name":"a","id":"${vnet2}/subnets/a","etag":"${tag}","properties":{"provisioningState":"Succeeded",` +
        `"addressPrefix":"10.1.0.0/24","delegations":[],"privateEndpointNetworkPolicies":"Disabled",` +
        `"privateLinkServiceNetworkPolicies":"Enabled"},"type":"Microsoft.Network/virtualNetworks/subnets"}]`,
    );
    const { etag, properties } = answer.body as { etag: string; properties: { subnets: object[] } };
    expect(properties.subnets).toMatchObject([{ etag }]);
  });

  test("stores all settings that clients write", async () => {
    const said = {
      dhcpOptions: { dnsServers: ["10.0.0.5"] },
      enableDdosProtection: true,
      encryption: { enabled: true, enforcement: "AllowUnencrypted" },
      flowTimeoutInMinutes: 10,
      privateEndpointVNetPolicies: "Basic",
    };
    const subnet = {
      privateEndpointNetworkPolicies: "Enabled",
      privateLinkServiceNetworkPolicies: "Disabled",
      defaultOutboundAccess: false,
      serviceEndpoints: [{ service: "Microsoft.Storage" }],
      delegations: [{ name: "d", properties: { serviceName: "Microsoft.Web/serverFarms" } }],
    };
    await put({ ...space("10.1.0.0/16"), ...said, subnets: [inline("a", "10.1.0.0/24", subnet)] });
    const { body } = await server.call("GET", id);
    expect(body).toMatchObject({
      properties: {
        ...said,
        subnets: [
          {
            properties: {
              ...subnet,
              serviceEndpoints: [{ provisioningState: "Succeeded", service: "Microsoft.Storage", locations: ["*"] }],
              delegations: [
                { ...subnet.delegations[0], type: "Microsoft.Network/virtualNetworks/subnets/delegations" },
              ],
            },
          },
        ],
      },
    });
  });

  test("changes only the etag when a network is written as it was read", async () => {
    await put({ ...space("10.1.0.0/16"), subnets: [inline("a", "10.1.0.0/24")] }, { tags: { a: "b" } });
    const before = (await server.call("GET", id)).body as { etag: string };
    const after = await server.call("PUT", id, before);
    expect(after.status).toBe(200);
    const same = (text: string, { etag }: { etag: string }) => text.replaceAll(JSON.stringify(etag), '""');
    expect(same(after.text, after.body as { etag: string })).toBe(same(JSON.stringify(before), before));
    expect((after.body as { etag: string }).etag).not.toBe(before.etag);
  });

  test("keeps the subnets when a PUT names none, and otherwise has those that it names", async () => {
    const names = async () =>
      ((await server.call("GET", `${id}/subnets`)).body as { value: { name: string }[] }).value.map(({ name }) => name);
    await put({ ...space("10.1.0.0/16"), subnets: [inline("b", "10.1.1.0/24"), inline("a", "10.1.0.0/24")] });
    await put(space("10.1.0.0/16"));
    expect(await names()).toEqual(["a", "b"]);
    await put({ ...space("10.1.0.0/16"), subnets: [inline("B", "10.1.2.0/24")] });
    expect(await names()).toEqual(["B"]);
    await put({ ...space("10.1.0.0/16"), subnets: [] });
    expect(await names()).toEqual([]);
  });

  test("replaces the tags by PATCH, and nothing else", async () => {
    await put(space("10.1.0.0/16"), { tags: { a: "1", b: "2" } });
    const answer = await server.call("PATCH", id, { tags: { c: "3" }, properties: space("10.9.0.0/16") });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ tags: { c: "3" }, properties: space("10.1.0.0/16") });
    expect((answer.body as { tags: object }).tags).toEqual({ c: "3" });
    const missing = await server.call("PATCH", `${id}x`, { tags: {} });
    expect(missing.body).toMatchObject({ error: { code: "ResourceNotFound" } });
  });

  test("lists a network in its group and its subscription", async () => {
    await put({ ...space("10.1.0.0/16"), subnets: [inline("a", "10.1.0.0/24")] });
    const own = [(await server.call("GET", server.vnet)).body, (await server.call("GET", id)).body];
    for (const scope of [server.group, server.subscription]) {
      const list = await server.call("GET", `${scope}/providers/Microsoft.Network/virtualNetworks`);
      expect(list.body).toEqual({ value: own });
    }
  });

  test("deletes a network with its subnets: 200, then 204", async () => {
    await put({ ...space("10.1.0.0/16"), subnets: [inline("a", "10.1.0.0/24")] });
    expect((await server.call("DELETE", id)).status).toBe(200);
    expect((await server.call("DELETE", id)).status).toBe(204);
    const gone = await server.call("GET", id);
    expect(gone.status).toBe(404);
    expect((gone.body as { error: { message: string } }).error.message).toContain(
      "The Resource 'Microsoft.Network/virtualNetworks/vnet2' under resource group 'rg1' was not found.",
    );
  });
});

describe("a virtual network is refused", () => {
  test.each([
    [
      "10.1.0.0",
      "InvalidAddressPrefixFormat",
      (of: string) =>
        `Address prefix 10.1.0.0 of resource ${of} is not formatted correctly. It should follow CIDR notation, for example 10.0.0.0/24.`,
    ],
    [
      "fd00::/48",
      "InvalidAddressPrefixFormat",
      (of: string) =>
        `Address prefix fd00::/48 of resource ${of} is not formatted correctly. It should follow CIDR notation, for example 10.0.0.0/24.`,
    ],
    [
      "10.1.0.1/16",
      "InvalidCIDRNotation",
      (of: string) =>
        `The address prefix 10.1.0.1/16 in resource ${of} has an invalid CIDR notation. For the given prefix length, the address prefix should be 10.1.0.0/16.`,
    ],
    [
      "10.1.0.0/30",
      "NetcfgInvalidIPAddressPrefix",
      () => "The address prefix 10.1.0.0/30 of virtual network 'vnet2' is not valid: its length must be from 2 to 29.",
    ],
    [
      "127.0.0.0/16",
      "NetcfgInvalidIPAddressPrefix",
      () => "The address prefix 127.0.0.0/16 of virtual network 'vnet2' is not valid: it overlaps with 127.0.0.0/8.",
    ],
  ])("refuses a network with the address space %s", async (prefix, code, message) => {
    expect(await put(space(prefix))).toMatchObject(refused(code, message(id)));
    expect((await server.call("GET", id)).status).toBe(404);
  });

  test("refuses a network with address prefixes that overlap", async () => {
    expect(await put(space("10.0.0.0/8", "10.1.0.0/16"))).toMatchObject(
      refused(
        "NetcfgInvalidVirtualNetworkSite",
        "The address prefixes 10.0.0.0/8 and 10.1.0.0/16 of virtual network 'vnet2' overlap.",
      ),
    );
  });

  test("refuses an address space that no longer contains a subnet", async () => {
    const body = { ...vnetBody, properties: space("10.1.0.0/16") };
    expect(await server.call("PUT", server.vnet, body)).toMatchObject(
      refused(
        "NetcfgSubnetRangeOutsideVnet",
        "Subnet 'default' is not valid because its IP address range is outside the IP address range of virtual network 'vnet1'.",
      ),
    );
  });

  test("refuses a network without an address space, or with what is not served, and lists each fault", async () => {
    expect(await put({})).toMatchObject(
      refused("InvalidRequestFormat", "Cannot parse the request.", [
        {
          code: "InvalidJson",
          target: "properties.addressSpace",
          message: "The property 'properties.addressSpace' is required.",
        },
      ]),
    );
    const answer = await put({ ...space("10.1.0.0/16"), virtualNetworkPeerings: [{}], enableDdosProtection: "no" });
    expect(answer.body).toMatchObject({
      error: {
        code: "InvalidRequestFormat",
        details: [{ target: "properties.enableDdosProtection" }, { target: "properties.virtualNetworkPeerings" }],
      },
    });
  });

  test("refuses a network with two subnets of one name", async () => {
    const subnets = [inline("a", "10.1.0.0/24"), inline("A", "10.1.1.0/24")];
    expect(await put({ ...space("10.1.0.0/16"), subnets })).toMatchObject(
      refused("InvalidRequestFormat", "Cannot parse the request.", [
        { code: "DuplicateResourceName", message: `Resource ${id} has two child resources with the same name (A).` },
      ]),
    );
  });

  test.each(["-a", "a-", "a b", "a".repeat(65)])("refuses a network with the name '%s'", async (name) => {
    const url = id.replace("vnet2", encodeURIComponent(name));
    expect(await server.call("PUT", url, vnetBody)).toMatchObject(
      refused(
        "InvalidResourceName",
        `Resource name ${name} is invalid. The name can be up to 64 characters long. It must begin with a word character, and it must end with a word character or with '_'. The name may contain word characters or '.', '-', '_'.`,
      ),
    );
  });

  test.each([
    [{ location: "" }, "LocationRequired", "The location property is required for this definition."],
    [
      { location: "nowhere" },
      "LocationNotAvailableForResourceType",
      "The provided location 'nowhere' is not available for resource type 'Microsoft.Network/virtualNetworks'.",
    ],
  ])("refuses a network with %j, as the gateway", async (rest, code, message) => {
    const { status, headers, body } = await put(space("10.1.0.0/16"), rest);
    expect([status, headers["x-ms-failure-cause"]]).toEqual([400, "gateway"]);
    const { error } = body as { error: { code: string; message: string } };
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  test("refuses another region for a network that exists, as the gateway", async () => {
    const answer = await server.call("PUT", server.vnet, { ...vnetBody, location: "eastus" });
    expect(answer.status).toBe(409);
    expect(answer.body).toEqual({
      error: {
        code: "InvalidResourceLocation",
        message:
          "The resource 'vnet1' already exists in location 'westus2' in resource group 'rg1'. A resource with the same name cannot be created in location 'eastus'. Please select a new resource name.",
      },
    });
  });
});

describe("a virtual network in use", () => {
  beforeEach(() => server.putEndpoint());

  const inUse = async () => {
    const { body } = await server.call("GET", server.subnet);
    const { ipConfigurations } = (body as { properties: { ipConfigurations: { id: string }[] } }).properties;
    return refused(
      "InUseSubnetCannotBeDeleted",
      `Subnet default is in use by ${ipConfigurations[0]?.id ?? ""} and cannot be deleted. In order to delete the subnet, delete all the resources within the subnet. See aka.ms/deletesubnet.`,
    );
  };

  test("refuses to delete a network in use, or its subnet, also by a PUT of the network", async () => {
    const expected = await inUse();
    expect(await server.call("DELETE", server.vnet)).toMatchObject(expected);
    expect(await server.call("DELETE", server.subnet)).toMatchObject(expected);
    const without = { ...vnetBody, properties: { ...vnetBody.properties, subnets: [] } };
    expect(await server.call("PUT", server.vnet, without)).toMatchObject(expected);
    expect((await server.call("GET", server.subnet)).status).toBe(200);
  });

  test("keeps endpoints when the network is written again with its subnet", async () => {
    const before = await inUse();
    expect((await server.call("PUT", server.vnet, vnetBody)).status).toBe(200);
    expect(await inUse()).toEqual(before);
    await server.putEndpoint({ name: "pe2", connection: "pec2" });
    const { body } = await server.call("GET", server.endpointId("pe2"));
    expect(body).toMatchObject({ properties: { customDnsConfigs: [{ ipAddresses: ["10.0.0.5"] }] } });
  });

  test("refuses to remove a prefix with an address in use", async () => {
    const subnets = [inline("default", "10.0.0.0/23")];
    const body = { ...vnetBody, properties: { ...vnetBody.properties, subnets } };
    const expected = refused(
      "InUsePrefixCannotBeDeleted",
      "IpPrefix 10.0.0.0/24 on Subnet default has active allocations and cannot be deleted.",
    );
    expect(await server.call("PUT", server.vnet, body)).toMatchObject(expected);
    const properties = { addressPrefix: "10.0.0.0/23" };
    expect(await server.call("PUT", server.subnet, { properties })).toMatchObject(expected);
    const both = { addressPrefixes: ["10.0.1.0/24", "10.0.0.0/24"] };
    expect((await server.call("PUT", server.subnet, { properties: both })).status).toBe(200);
  });

  test("deletes a network after its endpoint is deleted", async () => {
    await server.call("DELETE", server.endpointId("pe1"));
    expect((await server.call("DELETE", server.vnet)).status).toBe(200);
  });
});

describe("under azure timing", () => {
  beforeEach(() => begin({ kind: "azure" }));

  test("a new network and its subnets are Updating under azure timing, and Succeeded seconds later", async () => {
    const answer = await put({ ...space("10.1.0.0/16"), subnets: [inline("a", "10.1.0.0/24")] });
    expect(answer.status).toBe(201);
    expect(answer.headers).toMatchObject({ "retry-after": "3", "azure-asyncnotification": "Enabled" });
    expect(answer.headers).not.toHaveProperty("location");
    const state = (body: unknown) => {
      const { properties } = body as {
        properties: { provisioningState: string; subnets: { properties: { provisioningState: string } }[] };
      };
      return [properties.provisioningState, properties.subnets[0]?.properties.provisioningState];
    };
    expect(state(answer.body)).toEqual(["Updating", "Updating"]);
    const status = pathOf(answer.headers["azure-asyncoperation"]);
    expect(status).toMatch(
      /\/providers\/Microsoft\.Network\/locations\/westus2\/operations\/[\da-f-]{36}\?api-version=/,
    );
    const poll = await server.request("GET", status);
    expect([poll.text, poll.headers["retry-after"]]).toEqual(['{"status":"InProgress"}', "10"]);
    await server.clock.advance(4_000);
    const done = await server.request("GET", status);
    expect([done.text, done.headers["retry-after"]]).toEqual(['{"status":"Succeeded"}', undefined]);
    expect(state((await server.call("GET", id)).body)).toEqual(["Succeeded", "Succeeded"]);
  });

  test("an update under azure timing is 200 with an operation and no Retry-After, and network and subnets are Succeeded", async () => {
    const subnets = [...vnetBody.properties.subnets, inline("b", "10.0.1.0/24")];
    const answer = await server.call("PUT", server.vnet, {
      ...vnetBody,
      properties: { ...vnetBody.properties, enableDdosProtection: true, subnets },
    });
    expect([answer.status, answer.headers["retry-after"]]).toEqual([200, undefined]);
    const done = { properties: { provisioningState: "Succeeded" } };
    expect(answer.body).toMatchObject({
      properties: { ...done.properties, enableDdosProtection: true, subnets: [done, done] },
    });
    const status = pathOf(answer.headers["azure-asyncoperation"]);
    expect((await server.request("GET", status)).text).toBe('{"status":"InProgress"}');
    const placed = await server.putEndpoint({ subnet: `${server.vnet}/subnets/b` });
    expect(placed.status).toBe(201);
    await server.clock.advance(1_000);
    expect((await server.request("GET", status)).text).toBe('{"status":"Succeeded"}');
  });

  test("a DELETE under azure timing is 202 with both headers, a second one joins it, and other writes are refused", async () => {
    const answer = await server.call("DELETE", server.vnet);
    expect([answer.status, answer.text, answer.headers["retry-after"]]).toEqual([202, "", "10"]);
    const again = await server.call("DELETE", server.vnet);
    expect(again.headers["location"]).toBe(answer.headers["location"]);
    expect(await server.call("PUT", server.vnet, vnetBody)).toMatchObject({
      status: 409,
      body: { error: { code: "AnotherOperationInProgress" } },
    });
    const result = pathOf(answer.headers["location"]);
    expect(result).toContain("/operationResults/");
    const waiting = await server.request("GET", result);
    expect([waiting.status, waiting.headers["location"]]).toEqual([202, answer.headers["location"]]);
    await server.clock.advance(10_000);
    expect((await server.request("GET", result)).status).toBe(204);
    expect((await server.call("GET", server.vnet)).status).toBe(404);
  });

  test("hides operations of other subscriptions and other providers", async () => {
    const other = await server.addSubscription("11111111-2222-4333-8444-555555555555");
    const network = pathOf((await server.call("PUT", server.vnet, vnetBody)).headers["azure-asyncoperation"]);
    const elsewhere = await server.request("GET", network.replace(server.subscription, other));
    expect(elsewhere).toMatchObject({ status: 404, body: { error: { code: "OperationNotFound", details: [] } } });
    const cache = pathOf((await server.callCache("DELETE", server.cluster)).headers["azure-asyncoperation"]);
    const operation = /operationsStatus\/([\da-f-]{36})/.exec(cache)?.[1] ?? "";
    const asked = await server.request("GET", network.replace(/operations\/[\da-f-]{36}/, `operations/${operation}`));
    expect(asked.status).toBe(404);
  });
});

test("sets Retry-After to one second under a fixed timing", async () => {
  await begin({ kind: "fixed", durationMs: 5_000 });
  expect((await put(space("10.1.0.0/16"))).headers["retry-after"]).toBe("1");
});
