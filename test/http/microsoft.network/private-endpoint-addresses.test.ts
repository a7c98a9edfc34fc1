import { beforeEach, describe, expect, test } from "vitest";
import { refusal as refusalOf, refused, unparsable } from "../../support/network-refusals.ts";
import { endpointBody, startNetworkServer } from "../../support/network-server.ts";
import type { EndpointWish, NetworkServer } from "../../support/network-server.ts";

let server: NetworkServer;
let id: string;
beforeEach(async () => {
  server = await startNetworkServer();
  id = server.endpointId("pe1");
});

const refusal = (wish: EndpointWish) => refusalOf(server, wish);

describe("a static address", () => {
  const chosen = (privateIPAddress: string, more: object = {}) => ({
    properties: {
      ipConfigurations: [
        {
          name: "fixed",
          properties: { groupId: "redisEnterprise", memberName: "redisEnterprise", privateIPAddress, ...more },
        },
      ],
    },
  });

  test("gives an endpoint the address that its client chose", async () => {
    const { status, body } = await server.putEndpoint(chosen("10.0.0.77"));
    expect(status).toBe(201);
    expect(body).toMatchObject({
      properties: {
        ipConfigurations: [
          {
            name: "fixed",
            id: `${id}/ipConfigurations/fixed`,
            type: "Microsoft.Network/privateEndpoints/ipConfigurations",
            properties: {
              provisioningState: "Succeeded",
              memberName: "redisEnterprise",
              groupId: "redisEnterprise",
              privateIPAddress: "10.0.0.77",
            },
          },
        ],
        customDnsConfigs: [{ ipAddresses: ["10.0.0.77"] }],
      },
    });
    const { properties } = body as { properties: { networkInterfaces: { id: string }[] } };
    const nic = await server.call("GET", properties.networkInterfaces[0]?.id ?? "");
    expect(nic.text).toContain('"privateIPAddress":"10.0.0.77","privateIPAllocationMethod":"Static"');
    expect((await server.putEndpoint(chosen("10.0.0.77"))).status).toBe(200);
  });

  test("refuses an address outside the subnet", async () => {
    for (const address of ["10.0.1.4", "10.0.0.256", "fd00::4"]) {
      expect(await refusal(chosen(address))).toEqual(
        refused(
          "PrivateIPAddressNotInSubnet",
          `Private static IP address ${address} does not belong to the range of subnet prefix 10.0.0.0/24.`,
        ),
      );
    }
  });

  test.each(["10.0.0.0", "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.255"])(
    "refuses the reserved address %s",
    async (address) => {
      expect(await refusal(chosen(address))).toEqual(
        refused(
          "PrivateIPAddressInReservedRange",
          `Private static IP address ${address} falls within reserved IP range of subnet prefix 10.0.0.0/24.`,
        ),
      );
    },
  );

  test("refuses an address that is allocated", async () => {
    await server.putEndpoint({ name: "other", connection: "other" });
    const { body } = await refusal(chosen("10.0.0.4"));
    const { code, message } = (body as { error: { code: string; message: string } }).error;
    expect(code).toBe("PrivateIPAddressIsAllocated");
    const nic =
      "\\S+/networkInterfaces/NAME\\.nic\\.[\\da-f-]{36}/ipConfigurations/privateEndpointIpConfig\\.[\\da-f-]{36}";
    expect(message).toMatch(
      new RegExp(
        `^IP configuration ${nic.replace("NAME", "pe1")} is using the private IP address 10\\.0\\.0\\.4 ` +
          `which is already allocated to resource ${nic.replace("NAME", "other")}\\.$`,
      ),
    );
  });

  test.each([
    ["another member", { memberName: "primary" }, "GroupId: redisEnterprise, MemberName: primary"],
    ["another group", { groupId: "redisCache" }, "GroupId: redisCache, MemberName: redisEnterprise"],
    ["no group", { groupId: undefined }, "GroupId: , MemberName: redisEnterprise"],
  ])("refuses an address for %s", async (_, more, text) => {
    const missing = refused(
      "PrivateEndpointIpConfigurationMissingMemberNamesRequiredByFps",
      `Private Endpoint ${id} contains static ipconfigurations: [PrivateIPAddress: 10.0.0.4, ${text}] and its missing these membernames/groupids requested by Private Link service [GroupId: redisEnterprise, MemberName: redisEnterprise]. Private Endpoint needs to be reconfigured with missing memberNames.`,
    );
    expect(await refusal(chosen("10.0.0.4", more))).toEqual(missing);
    await server.putEndpoint();
    expect(await refusal(chosen("10.0.0.4", more))).toEqual(missing);
  });

  const several = (name: string, more: object = {}) => {
    const [first] = chosen("10.0.0.9").properties.ipConfigurations;
    const second = { ...chosen("10.0.0.10", more).properties.ipConfigurations[0], name };
    return { properties: { ipConfigurations: [first, second] } };
  };

  test("refuses a second address, since there is one member", async () => {
    const member = "GroupId: redisEnterprise, MemberName: redisEnterprise";
    const other = "PrivateIPAddress: 10.0.0.10, GroupId: redisEnterprise, MemberName: second";
    expect(await refusal(several("more", { memberName: "second" }))).toEqual(
      refused(
        "PrivateEndpointIpConfigurationHasMemberNamesNotRequestedByFps",
        `Private Endpoint ${id} contains static ipconfigurations: [PrivateIPAddress: 10.0.0.9, ${member}; ${other}], of which these are too many: [${other}]. Private Link service requests [${member}].`,
      ),
    );
  });

  test("refuses two IP configurations of one name", async () => {
    expect(await refusal(several("FIXED"))).toEqual(
      unparsable({
        code: "DuplicateResourceName",
        message: `Resource ${id} has two child resources with the same name (FIXED).`,
      }),
    );
  });

  const allocation = async () => {
    const { body } = await server.call("GET", id);
    const { ipConfigurations, networkInterfaces, customDnsConfigs } = (
      body as {
        properties: { ipConfigurations: object[]; networkInterfaces: { id: string }[]; customDnsConfigs: object[] };
      }
    ).properties;
    const { text } = await server.call("GET", networkInterfaces[0]?.id ?? "");
    return {
      static: ipConfigurations.length,
      dns: customDnsConfigs,
      method: /"privateIPAllocationMethod":"(\w+)"/.exec(text)?.[1],
    };
  };
  const dns = [{ fqdn: expect.any(String) as string, ipAddresses: ["10.0.0.4"] }];

  test("makes an address static and dynamic again while it stays the same", async () => {
    await server.putEndpoint();
    expect(await allocation()).toEqual({ static: 0, dns, method: "Dynamic" });
    expect((await server.putEndpoint(chosen("10.0.0.4"))).status).toBe(200);
    expect(await allocation()).toEqual({ static: 1, dns, method: "Static" });
    const old = `${id}?api-version=2020-11-01`;
    expect((await server.request("PUT", old, endpointBody({}, server))).status).toBe(200);
    expect(await allocation()).toEqual({ static: 1, dns, method: "Static" });
    expect((await server.putEndpoint()).status).toBe(200);
    expect(await allocation()).toEqual({ static: 0, dns, method: "Dynamic" });
  });

  test("refuses to change the address of an endpoint", async () => {
    await server.putEndpoint();
    expect(await refusal(chosen("10.0.0.9"))).toEqual(
      refused(
        "PrivateEndpointStaticIpMustMatchDynamicIpMapping",
        "Static Ip Configurations must have exact Ip address to membername mapping for dynamic Ip Configurations.",
      ),
    );
    await server.putEndpoint(chosen("10.0.0.4"));
    expect(await refusal(chosen("10.0.0.9"))).toEqual(
      refused(
        "PrivateEndpointWithStaticIpConfigurationsCannotChangeIpAddress",
        "User cannot change IP Addresses on these allocated IP configurations.",
      ),
    );
  });
});

describe("the name of an interface", () => {
  const named = (customNetworkInterfaceName: string) => ({ properties: { customNetworkInterfaceName } });

  test("gives an interface the name that its client chose", async () => {
    const { body } = await server.putEndpoint(named("my-nic"));
    const nic = `${server.group}/providers/Microsoft.Network/networkInterfaces/my-nic`;
    expect(body).toMatchObject({
      properties: { customNetworkInterfaceName: "my-nic", networkInterfaces: [{ id: nic }] },
    });
    expect((await server.call("GET", nic)).status).toBe(200);
  });

  test("refuses the name of another interface, and a name that breaks the rules", async () => {
    await server.putEndpoint({ name: "other", connection: "other", ...named("my-nic") });
    expect(await refusal(named("MY-NIC"))).toEqual(
      refused(
        "NicInUseWithPrivateEndpoint",
        `Private Endpoint ${id} contains custom NIC name MY-NIC which already exists`,
      ),
    );
    expect(await refusal(named("bad-"))).toMatchObject({ body: { error: { code: "InvalidResourceName" } } });
  });

  test("refuses a PUT without the chosen name of the interface, except at versions without it", async () => {
    const renamed = (from: string, to: string) =>
      refused(
        "NameOfExistingPrivateEndpointNicCannotBeChanged",
        `Private Endpoint ${id} contains existing NIC name ${from} which does not match request's custom network interface name ${to}. Updating the name of existing nic not allowed.`,
      );
    await server.putEndpoint(named("my-nic"));
    expect(await refusal(named("other"))).toEqual(renamed("my-nic", "other"));
    expect(await refusal({})).toEqual(renamed("my-nic", ""));
    expect((await server.putEndpoint(named("MY-NIC"))).status).toBe(200);
    expect((await server.request("PUT", `${id}?api-version=2020-11-01`, endpointBody({}, server))).status).toBe(200);
  });

  test("refuses to name an interface whose name was generated", async () => {
    const { body } = await server.putEndpoint();
    const { networkInterfaces } = (body as { properties: { networkInterfaces: { id: string }[] } }).properties;
    const made = networkInterfaces[0]?.id.split("/").at(-1) ?? "";
    expect(await refusal(named("other"))).toMatchObject({
      body: {
        error: {
          code: "NameOfExistingPrivateEndpointNicCannotBeChanged",
          message: expect.stringContaining(`contains existing NIC name ${made} which does not match`) as string,
        },
      },
    });
    expect((await server.putEndpoint(named(made))).status).toBe(200);
  });
});
