import { beforeEach, describe, expect, test } from "vitest";
import { refusal as refusalOf, refused, unparsable } from "../../support/network-refusals.ts";
import { startNetworkServer } from "../../support/network-server.ts";
import type { EndpointWish, NetworkServer } from "../../support/network-server.ts";

let server: NetworkServer;
let id: string;
beforeEach(async () => {
  server = await startNetworkServer();
  id = server.endpointId("pe1");
});

const refusal = (wish: EndpointWish) => refusalOf(server, wish);

describe("an address of the client's choice", () => {
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

  test("is taken, and shown as it was asked for", async () => {
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

  test("must be in the subnet", async () => {
    for (const address of ["10.0.1.4", "10.0.0.256", "fd00::4"]) {
      expect(await refusal(chosen(address))).toEqual(
        refused(
          "PrivateIPAddressNotInSubnet",
          `Private static IP address ${address} does not belong to the range of subnet prefix 10.0.0.0/24.`,
        ),
      );
    }
  });

  test.each(["10.0.0.0", "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.255"])("must not be %s", async (address) => {
    expect(await refusal(chosen(address))).toEqual(
      refused(
        "PrivateIPAddressInReservedRange",
        `Private static IP address ${address} falls within reserved IP range of subnet prefix 10.0.0.0/24.`,
      ),
    );
  });

  test("must be free", async () => {
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

  test("must be for the member that there is", async () => {
    expect(await refusal(chosen("10.0.0.9", { memberName: "primary" }))).toEqual(
      unparsable({
        code: "InvalidJson",
        message:
          "The IP configuration has the group id 'redisEnterprise' and the member name 'primary'; those of the private link resource are 'redisEnterprise' and 'redisEnterprise'. Path properties.ipConfigurations[0].",
      }),
    );
  });
});

describe("an interface's name", () => {
  const named = (customNetworkInterfaceName: string) => ({ properties: { customNetworkInterfaceName } });

  test("may be chosen", async () => {
    const { body } = await server.putEndpoint(named("my-nic"));
    const nic = `${server.group}/providers/Microsoft.Network/networkInterfaces/my-nic`;
    expect(body).toMatchObject({
      properties: { customNetworkInterfaceName: "my-nic", networkInterfaces: [{ id: nic }] },
    });
    expect((await server.call("GET", nic)).status).toBe(200);
  });

  test("must not be another's, nor break the name rules", async () => {
    await server.putEndpoint({ name: "other", connection: "other", ...named("my-nic") });
    const nic = `${server.group}/providers/Microsoft.Network/networkInterfaces/my-nic`;
    expect(await refusal(named("MY-NIC"))).toEqual(
      refused(
        "NicInUseWithPrivateEndpoint",
        `Network interface ${nic} cannot be created because it is currently in use with an private endpoint (${server.endpointId("other")}).`,
      ),
    );
    expect(await refusal(named("bad-"))).toMatchObject({ body: { error: { code: "InvalidResourceName" } } });
  });
});
