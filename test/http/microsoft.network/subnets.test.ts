import { beforeEach, describe, expect, test } from "vitest";
import { masked } from "../../support/masked.ts";
import { pathOf, startNetworkServer, vnetBody, type NetworkServer } from "../../support/network-server.ts";

let server: NetworkServer;
let id: string;
beforeEach(async () => {
  server = await startNetworkServer();
  id = `${server.vnet}/subnets/s1`;
});

const put = (properties: object) => server.call("PUT", id, { properties });
const refused = (code: string, message: string) => ({ status: 400, body: { error: { code, message, details: [] } } });

test("creates a subnet with the recorded body, lists it in its network and changes the network's etag", async () => {
  const before = (await server.call("GET", server.vnet)).body as { etag: string };
  const answer = await put({ addressPrefix: "10.0.1.0/24" });
  expect(answer.status).toBe(201);
  expect(masked(answer.text)).toBe(
    `{"name":"s1","id":"/subscriptions/{guid}/resourceGroups/rg1/providers/Microsoft.Network/virtualNetworks/vnet1/subnets/s1",` +
      `"etag":"W/\\"{guid}\\"","properties":{"provisioningState":"Succeeded","addressPrefix":"10.0.1.0/24","delegations":[],` +
      `"privateEndpointNetworkPolicies":"Disabled","privateLinkServiceNetworkPolicies":"Enabled"},` +
      `"type":"Microsoft.Network/virtualNetworks/subnets"}`,
  );
  const vnet = (await server.call("GET", server.vnet)).body as { etag: string; properties: { subnets: object[] } };
  expect(vnet.properties.subnets).toContainEqual(answer.body);
  expect(vnet.etag).not.toBe(before.etag);
  const read = await server.call("GET", id);
  expect([read.text, read.headers["etag"]]).toEqual([answer.text, vnet.etag]);
});

test("takes addresses from the first prefix with room of a subnet with several", async () => {
  await put({ addressPrefixes: ["10.0.1.0/29", "10.0.2.0/29"] });
  const addresses: unknown[] = [];
  for (const name of ["a", "b", "c", "d"]) {
    const { body } = await server.putEndpoint({ name, connection: name, subnet: id });
    const { properties } = body as { properties: { customDnsConfigs: { ipAddresses: string[] }[] } };
    addresses.push(properties.customDnsConfigs[0]?.ipAddresses[0]);
  }
  expect(addresses).toEqual(["10.0.1.4", "10.0.1.5", "10.0.1.6", "10.0.2.4"]);
  expect((await server.call("GET", id)).body).toMatchObject({
    properties: { addressPrefixes: ["10.0.1.0/29", "10.0.2.0/29"] },
  });
});

describe("a subnet is refused", () => {
  test.each([
    [
      "10.1.0.0/24",
      "NetcfgSubnetRangeOutsideVnet",
      "Subnet 's1' is not valid because its IP address range is outside the IP address range of virtual network 'vnet1'.",
    ],
    [
      "10.0.0.128/25",
      "NetcfgSubnetRangesOverlap",
      "Subnet 's1' is not valid because its IP address range overlaps with that of an existing subnet in virtual network 'vnet1'.",
    ],
    ["10.0.1.0/30", "NetcfgInvalidSubnet", "Subnet 's1' is not valid in virtual network 'vnet1'."],
  ])("refuses a subnet with the prefix %s", async (addressPrefix, code, message) => {
    expect(await put({ addressPrefix })).toMatchObject(refused(code, message));
    expect((await server.call("GET", id)).body).toEqual({
      error: { code: "NotFound", message: `Resource ${id} not found.`, details: [] },
    });
  });

  test("refuses a subnet with two prefixes that overlap", async () => {
    const answer = await put({ addressPrefixes: ["10.0.1.0/24", "10.0.1.0/25"] });
    expect(answer.body).toMatchObject({ error: { code: "NetcfgSubnetRangesOverlap" } });
  });

  test("refuses a subnet without a prefix", async () => {
    expect(await put({})).toMatchObject(refused("NetcfgInvalidSubnet", `Subnet ${id} has no address prefix.`));
  });

  test("refuses a subnet with a security group, a route table or a gateway that does not exist", async () => {
    for (const property of ["networkSecurityGroup", "routeTable", "natGateway"]) {
      const to = `${server.group}/providers/Microsoft.Network/${property}s/x`;
      expect(await put({ addressPrefix: "10.0.1.0/24", [property]: { id: to } })).toMatchObject(
        refused(
          "InvalidResourceReference",
          `Resource ${to} referenced by resource ${id} was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.`,
        ),
      );
    }
    expect((await put({ addressPrefix: "10.0.1.0/24", routeTable: null })).status).toBe(201);
  });

  test("refuses a subnet in a network that does not exist, as the gateway", async () => {
    const answer = await server.call("PUT", id.replace("vnet1", "vnet9"), {
      properties: { addressPrefix: "10.0.1.0/24" },
    });
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual({
      error: {
        code: "ParentResourceNotFound",
        message: `Failed to perform 'write' on resource(s) of type 'virtualNetworks/subnets', because the parent resource '${server.vnet.replace("vnet1", "vnet9")}' could not be found.`,
      },
    });
  });

  test("refuses a subnet with an invalid name", async () => {
    const answer = await server.call("PUT", `${id}-`, { properties: { addressPrefix: "10.0.1.0/24" } });
    expect(answer.body).toMatchObject({ error: { code: "InvalidResourceName" } });
  });
});

test("changes a subnet by a second PUT, which may repeat its prefix", async () => {
  await put({ addressPrefix: "10.0.1.0/24" });
  const answer = await put({ addressPrefix: "10.0.1.0/25", privateEndpointNetworkPolicies: "routetableenabled" });
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({
    properties: { addressPrefix: "10.0.1.0/25", privateEndpointNetworkPolicies: "RouteTableEnabled" },
  });
});

test("deletes an empty subnet: 200, then 204", async () => {
  await put({ addressPrefix: "10.0.1.0/24" });
  expect((await server.call("DELETE", id)).status).toBe(200);
  expect((await server.call("DELETE", id)).status).toBe(204);
  const { body } = await server.call("GET", `${server.vnet}/subnets`);
  expect((body as { value: { name: string }[] }).value.map(({ name }) => name)).toEqual(["default"]);
});

describe("under azure timing", () => {
  beforeEach(async () => {
    server = await startNetworkServer({ timing: { kind: "azure" } });
    id = `${server.vnet}/subnets/s1`;
  });

  test("refuses an endpoint under azure timing until a new subnet has Succeeded", async () => {
    const answer = await put({ addressPrefix: "10.0.1.0/24" });
    expect([answer.status, answer.headers["retry-after"]]).toEqual([201, "3"]);
    expect(answer.body).toMatchObject({ properties: { provisioningState: "Updating" } });
    const early = await server.putEndpoint({ subnet: id });
    expect([early.status, early.headers["retry-after"]]).toEqual([429, "11"]);
    expect(early.body).toEqual({
      error: {
        code: "RetryableError",
        message: "A retryable error occurred.",
        details: [
          {
            code: "ReferencedResourceNotProvisioned",
            message: `Cannot proceed with operation because resource ${id} used by resource ${server.endpointId("pe1")} is not in Succeeded state. Resource is in Updating state and the last operation that updated/is updating the resource is PutSubnetOperation.`,
          },
        ],
      },
    });
    expect((await put({ addressPrefix: "10.0.1.0/24" })).body).toMatchObject({
      error: { code: "AnotherOperationInProgress" },
    });
    await server.clock.advance(4_000);
    expect((await server.putEndpoint({ subnet: id })).status).toBe(201);
  });

  test("a PUT without a change is Succeeded with an operation under azure timing, any other is Updating", async () => {
    const outbound = { addressPrefix: "10.0.1.0/24", defaultOutboundAccess: false };
    const delegations = [{ name: "d", properties: { serviceName: "Microsoft.Web/serverFarms" } }];
    await put(outbound);
    await server.clock.advance(4_000);
    for (const properties of [outbound, { ...outbound, delegations }, { addressPrefix: "10.0.1.0/24" }]) {
      for (const state of properties === outbound ? ["Succeeded", "Succeeded"] : ["Updating", "Succeeded"]) {
        const answer = await put(properties);
        expect([answer.status, answer.headers["retry-after"]]).toEqual([200, undefined]);
        expect(answer.body).toMatchObject({ properties: { provisioningState: state } });
        const status = pathOf(answer.headers["azure-asyncoperation"]);
        expect((await server.request("GET", status)).text).toBe('{"status":"InProgress"}');
        await server.clock.advance(4_000);
        expect((await server.request("GET", status)).text).toBe('{"status":"Succeeded"}');
      }
    }
  });

  test("refuses writes of the network under azure timing while a subnet is being deleted", async () => {
    await server.call("DELETE", server.subnet);
    const answer = await server.call("PUT", server.vnet, vnetBody);
    expect(answer).toMatchObject({ status: 409, body: { error: { code: "AnotherOperationInProgress" } } });
    expect((answer.body as { error: { message: string } }).error.message).toContain(
      "Another operation on this or dependent resource is in progress.",
    );
    await server.clock.advance(10_000);
    expect((await server.call("PUT", server.vnet, vnetBody)).status).toBe(200);
  });

  test("every DELETE under azure timing is 202 until the subnet is deleted", async () => {
    await put({ addressPrefix: "10.0.1.0/24" });
    await server.clock.advance(4_000);
    const answers = [await server.call("DELETE", id), await server.call("DELETE", id)];
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(answers[0]?.headers["location"]).toBe(answers[1]?.headers["location"]);
    expect((await server.call("GET", id)).body).toMatchObject({ properties: { provisioningState: "Deleting" } });
    await server.clock.advance(10_000);
    expect((await server.call("GET", id)).status).toBe(404);
    expect((await server.request("GET", pathOf(answers[0]?.headers["location"]))).status).toBe(204);
  });
});
