import { beforeEach, describe, expect, test } from "vitest";
import { networkVersion, startNetworkServer, vnetBody, type NetworkServer } from "../../support/network-server.ts";

let server: NetworkServer;
beforeEach(async () => {
  server = await startNetworkServer();
});

const check = (query: string, vnet = server.vnet) =>
  server.request("GET", `${vnet}/CheckIPAddressAvailability?${query}api-version=${networkVersion}`);
const ask = (address: string) => check(`ipAddress=${address}&`);

/** Endpoints with these addresses in the network's `default`, 10.0.0.0/24. */
async function occupy(...addresses: string[]): Promise<void> {
  for (const [index, privateIPAddress] of addresses.entries()) {
    const chosen = { groupId: "redisEnterprise", memberName: "redisEnterprise", privateIPAddress };
    const { status, text } = await server.putEndpoint({
      name: `pe${index}`,
      connection: `pec${index}`,
      properties: { ipConfigurations: [{ name: "fixed", properties: chosen }] },
    });
    if (status !== 201) throw new Error(`Not occupied: ${text}`);
  }
}

describe("an address of a virtual network", () => {
  test("an address that nothing has is available, and no others are named", async () => {
    const answer = await ask("10.0.0.9");
    expect([answer.status, answer.text]).toEqual([200, '{"available":true,"isPlatformReserved":false}']);
  });

  test("an endpoint's address is not available until the endpoint is deleted, and the next five free ones are named", async () => {
    await occupy("10.0.0.9", "10.0.0.10", "10.0.0.13");
    const answer = await ask("10.0.0.9");
    expect([answer.status, answer.text]).toEqual([
      200,
      '{"available":false,"availableIPAddresses":["10.0.0.11","10.0.0.12","10.0.0.14","10.0.0.15","10.0.0.16"],' +
        '"isPlatformReserved":false}',
    ]);
    await server.call("DELETE", server.endpointId("pe0"));
    expect((await ask("10.0.0.9")).body).toEqual({ available: true, isPlatformReserved: false });
  });

  test("after the last address, those at the beginning are offered", async () => {
    await occupy("10.0.0.253", "10.0.0.4");
    expect((await ask("10.0.0.253")).body).toMatchObject({
      availableIPAddresses: ["10.0.0.254", "10.0.0.5", "10.0.0.6", "10.0.0.7", "10.0.0.8"],
    });
  });

  test.each(["10.0.0.0", "10.0.0.3", "10.0.0.255"])("the address %s is reserved", async (address) => {
    const { status, body } = await ask(address);
    expect([status, body]).toEqual([
      200,
      {
        available: false,
        availableIPAddresses: ["10.0.0.4", "10.0.0.5", "10.0.0.6", "10.0.0.7", "10.0.0.8"],
        isPlatformReserved: true,
      },
    ]);
  });

  test("offers only addresses of the same subnet, from all its prefixes", async () => {
    const properties = { addressPrefixes: ["10.0.1.0/29", "10.0.2.0/29"] };
    await server.call("PUT", `${server.vnet}/subnets/small`, { properties });
    expect((await ask("10.0.1.5")).body).toEqual({ available: true, isPlatformReserved: false });
    expect((await ask("10.0.1.7")).body).toEqual({
      available: false,
      availableIPAddresses: ["10.0.1.4", "10.0.1.5", "10.0.1.6", "10.0.2.4", "10.0.2.5"],
      isPlatformReserved: true,
    });
    expect((await ask("10.0.2.0")).body).toMatchObject({
      availableIPAddresses: ["10.0.2.4", "10.0.2.5", "10.0.2.6", "10.0.1.4", "10.0.1.5"],
    });
  });

  test("checks an address by the name of the action in any case", async () => {
    const path = `${server.vnet}/checkipaddressavailability?ipAddress=10.0.0.9&api-version=2018-11-01`;
    expect((await server.request("GET", path)).body).toEqual({ available: true, isPlatformReserved: false });
  });
});

describe("the check of an address is refused", () => {
  const refused = (code: string, message: string) => ({ status: 400, body: { error: { code, message, details: [] } } });

  test.each(["", "ipAddress=&"])("refuses a check without an address: '%s'", async (query) => {
    const { status, body } = await check(query);
    const message =
      "Private IP address is null or empty in the CheckIpAddressAvailability call. " +
      "Specify IpAddress=$(ipaddress) as a query parameter in the request URI.";
    expect({ status, body }).toEqual(refused("BadRequest", message));
  });

  test.each(["10.0.0", "10.0.0.256", "10.0.0.04", "10.0.0.0/24", "here", "fd00::g"])(
    "refuses a check of '%s'",
    async (address) => {
      const { status, body } = await ask(encodeURIComponent(address));
      const message = `The value '${address}' of the query parameter ipAddress is not a valid IP address.`;
      expect({ status, body }).toEqual(refused("BadRequest", message));
    },
  );

  test.each(["10.0.5.9", "10.9.0.4", "fd00::4"])("refuses a check outside every subnet: %s", async (address) => {
    const { status, body } = await ask(address);
    const message = `Private static IP address ${address} does not belong to the range of any subnet of virtual network ${server.vnet}.`;
    expect({ status, body }).toEqual(refused("PrivateIPAddressNotInAnySubnet", message));
  });

  test("refuses a check in a network that does not exist", async () => {
    const { status, body } = await check("ipAddress=10.0.0.9&", `${server.vnet}x`);
    const message = `Failed to perform 'read' on resource(s) of type 'virtualNetworks/CheckIPAddressAvailability', because the parent resource '${server.vnet}x' could not be found.`;
    expect([status, body]).toEqual([404, { error: { code: "ParentResourceNotFound", message } }]);
  });
});

test("ignores endpoints of other networks", async () => {
  const other = server.vnet.replace("vnet1", "vnet2");
  await server.call("PUT", other, vnetBody);
  await occupy("10.0.0.9");
  expect((await check("ipAddress=10.0.0.9&", other)).body).toMatchObject({ available: true });
});

test("requires an action of its own, and is not in the provider's list of types", async () => {
  const operations = await server.call("GET", "/providers/Microsoft.Network/operations");
  expect(operations.text).toContain('"Microsoft.Network/virtualNetworks/checkIpAddressAvailability/read"');
  const provider = `${server.subscription}/providers/Microsoft.Network?api-version=2024-11-01`;
  expect((await server.request("GET", provider)).text).not.toContain("CheckIPAddressAvailability");
});
