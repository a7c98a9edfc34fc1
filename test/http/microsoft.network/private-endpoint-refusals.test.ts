import { beforeEach, describe, expect, test } from "vitest";
import { findResource, saveResource } from "../../../src/store/resources.ts";
import { refusal as refusalOf, refused, unparsable } from "../../support/network-refusals.ts";
import { endpointBody, startNetworkServer, vnetBody } from "../../support/network-server.ts";
import type { EndpointWish, NetworkServer } from "../../support/network-server.ts";

let server: NetworkServer;
let id: string;
beforeEach(async () => {
  server = await startNetworkServer();
  id = server.endpointId("pe1");
});

const refusal = (wish: EndpointWish) => refusalOf(server, wish);

const missing = (to: string, details: object[] = []) =>
  refused(
    "InvalidResourceReference",
    `Resource ${to} referenced by resource ${id} was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.`,
    details,
  );

const missingVnet = (vnet: string) => missing(vnet, [{ code: "NotFound", message: `Resource ${vnet} not found.` }]);

/** PUTs a body that `endpointBody` does not make. */
const putRaw = (change: (body: { properties: Record<string, unknown> }) => void) => {
  const body = structuredClone(endpointBody({}, server)) as { properties: Record<string, unknown> };
  change(body);
  return server.call("PUT", id, body);
};

describe("the target", () => {
  test("refuses a target that does not exist", async () => {
    const target = `${server.cluster}x`;
    expect(await refusal({ target })).toEqual(
      refused(
        "BadRequest",
        `Call to Microsoft.Cache/redisEnterprise failed. Error message: The private link resource '${target}' could not be found.`,
      ),
    );
  });

  test.each([
    ["Microsoft.Storage/storageAccounts/s1"],
    ["Microsoft.Cache/Redis/c1"],
    ["Microsoft.Cache/redisEnterprise/c1/databases/default"],
  ])("refuses a target of another type: %s", async (path) => {
    const target = `${server.group}/providers/${path}`;
    expect(await refusal({ target })).toEqual(
      refused(
        "InvalidPrivateLinkServiceIdType",
        `Private link service Id ${target} has an invalid resource type. Permitted type(s): Microsoft.Cache/redisEnterprise`,
      ),
    );
  });

  test.each(["c1", "/subscriptions/s/c1"])(
    "refuses '%s' as the id of a target, as Resource Manager",
    async (target) => {
      const answer = await refusal({ target, approval: "manual" });
      expect(answer).toEqual({
        status: 400,
        body: {
          error: {
            code: "LinkedInvalidPropertyId",
            message: `Property id '${target}' at path 'properties.manualPrivateLinkServiceConnections[0].properties.privateLinkServiceId' is invalid. Expect fully qualified resource Id that start with '/subscriptions/{subscriptionId}' or '/providers/{resourceProviderNamespace}/'.`,
          },
        },
      });
    },
  );

  test("refuses a connection without a target", async () => {
    const answer = await putRaw(({ properties }) => {
      properties["privateLinkServiceConnections"] = [{ name: "pec1", properties: { groupIds: ["redisEnterprise"] } }];
    });
    expect(answer).toMatchObject(
      refused(
        "MissingParameterOnPrivateLinkServiceConnection",
        `Private link service connection ${id}/privateLinkServiceConnections/pec1 is missing required parameter 'privateLinkServiceId'.`,
      ),
    );
  });

  test("refuses a group that the target does not have, no group, and two groups", async () => {
    expect(await refusal({ groupIds: ["redisCache"] })).toEqual(
      refused(
        "BadRequest",
        `Call to Microsoft.Cache/redisEnterprise failed. Error message: The group id 'redisCache' is not valid; the one group id of '${server.cluster}' is 'redisEnterprise'.`,
      ),
    );
    const connection = `${id}/privateLinkServiceConnections/pec1`;
    expect(await refusal({ groupIds: [] })).toEqual(
      refused(
        "MissingParameterOnPrivateLinkServiceConnection",
        `Private link service connection ${connection} is missing required parameter 'group Id'.`,
      ),
    );
    expect(await refusal({ groupIds: ["redisEnterprise", "blob"] })).toEqual(
      refused(
        "OnlyOneGroupIdPermitted",
        `Private link service connection ${connection} has the following group Ids: redisEnterprise, blob. Only one group Id is permitted when connecting to a first-party resource (${server.cluster}).`,
      ),
    );
    expect((await server.putEndpoint({ groupIds: ["REDISENTERPRISE"] })).status).toBe(201);
  });

  test("refuses the name of a connection that the target has", async () => {
    await server.putEndpoint({ name: "other" });
    expect(await refusal({ connection: "PEC1" })).toEqual(
      refused(
        "BadRequest",
        `Call to Microsoft.Cache/redisEnterprise failed. Error message: The cluster '${server.cluster}' already has a private endpoint connection 'PEC1'.`,
      ),
    );
  });

  test("refuses the 85th connection of a target", async () => {
    for (let index = 0; index < 84; index += 1) {
      const { status } = await server.putEndpoint({ name: `pe${index + 2}`, connection: `pec${index + 2}` });
      expect(status).toBe(201);
    }
    expect(await refusal({})).toEqual(
      refused(
        "BadRequest",
        `Call to Microsoft.Cache/redisEnterprise failed. Error message: The cluster '${server.cluster}' already has 84 private endpoint connections, the most that it can have.`,
      ),
    );
  }, 60_000);

  test("refuses a target with an operation in progress", async () => {
    const cluster = await findResource(server.store, server.cluster);
    if (cluster === undefined) throw new Error("The cluster is missing.");
    const document = { ...cluster.document, provisioningState: "Updating" };
    await server.store.write((tx) => saveResource(tx, { ...cluster, document }, 1));
    const { status, body } = await refusal({});
    expect(status).toBe(409);
    const { error } = body as { error: { code: string; message: string } };
    expect(error.code).toBe("Conflict");
    expect(error.message).toContain(
      `Call to Microsoft.Cache/redisEnterprise failed. Error message: The resource '${server.cluster}' is busy processing`,
    );
  });
});

describe("the subnet", () => {
  test("refuses a subnet or a network that does not exist", async () => {
    expect(await refusal({ subnet: `${server.subnet}x` })).toEqual(missing(`${server.subnet}x`));
    expect(await refusal({ subnet: `${server.vnet}x/subnets/default` })).toEqual(missingVnet(`${server.vnet}x`));
  });

  test("refuses a subnet in another region", async () => {
    expect(await refusal({ location: "eastus" })).toEqual(missingVnet(server.vnet));
  });

  test("refuses a subnet in another subscription", async () => {
    const other = await server.addSubscription("11111111-2222-4333-8444-555555555555");
    const group = `${other}/resourceGroups/rg1`;
    await server.request("PUT", `${group}?api-version=2024-11-01`, { location: "westus2" });
    const vnet = `${group}/providers/Microsoft.Network/virtualNetworks/vnet1`;
    await server.call("PUT", vnet, vnetBody);
    expect(await refusal({ subnet: `${vnet}/subnets/default` })).toEqual(missingVnet(vnet));
  });

  test("refuses anything but the id of a subnet", async () => {
    expect(await refusal({ subnet: server.vnet })).toEqual(
      unparsable({
        code: "InvalidJsonReferenceFormat",
        message: `Reference Id ${server.vnet} is not formatted correctly. The Id is expected to reference resources of type subnets. Path properties.subnet.`,
      }),
    );
    expect(await refusal({ subnet: "default" })).toMatchObject({
      body: {
        error: {
          code: "LinkedInvalidPropertyId",
          message:
            "Property id 'default' at path 'properties.subnet.id' is invalid. Expect fully qualified resource Id that start with '/subscriptions/{subscriptionId}' or '/providers/{resourceProviderNamespace}/'.",
        },
      },
    });
    const nameless = await putRaw(({ properties }) => {
      properties["subnet"] = {};
    });
    expect(nameless).toMatchObject(
      unparsable({
        code: "MissingJsonReferenceId",
        message: "Value for reference id is missing. Path properties.subnet.",
      }),
    );
  });

  test("refuses a delegated subnet", async () => {
    const subnet = `${server.vnet}/subnets/delegated`;
    const delegations = [{ name: "d", properties: { serviceName: "Microsoft.Web/serverFarms" } }];
    await server.call("PUT", subnet, { properties: { addressPrefix: "10.0.1.0/24", delegations } });
    expect(await refusal({ subnet })).toEqual(
      refused(
        "PrivateEndpointCreationNotAllowedAsSubnetIsDelegated",
        `Private endpoint ${id} cannot be created as subnet ${subnet} is delegated.`,
      ),
    );
  });

  test("refuses a full subnet: a /29 has three addresses", async () => {
    const subnet = `${server.vnet}/subnets/small`;
    await server.call("PUT", subnet, { properties: { addressPrefix: "10.0.1.0/29" } });
    for (const name of ["pe2", "pe3", "pe4"]) {
      expect((await server.putEndpoint({ name, connection: name, subnet })).status).toBe(201);
    }
    expect(await refusal({ subnet })).toEqual(
      refused(
        "SubnetIsFull",
        "Subnet small with address prefix 10.0.1.0/29 does not have enough capacity for 1 IP addresses.",
      ),
    );
    await server.call("DELETE", server.endpointId("pe3"));
    const { body } = await server.putEndpoint({ subnet });
    expect(body).toMatchObject({ properties: { customDnsConfigs: [{ ipAddresses: ["10.0.1.5"] }] } });
  });
});

describe("the connection", () => {
  test("refuses an endpoint without a connection", async () => {
    const properties = { privateLinkServiceConnections: [] };
    expect(await refusal({ properties })).toEqual(
      refused(
        "MissingPrivateLinkServiceConnection",
        `Private endpoint ${id} has no private link service connection. It must have one.`,
      ),
    );
  });

  test.each(["privateLinkServiceConnections", "manualPrivateLinkServiceConnections"])(
    "refuses a second connection in %s",
    async (list) => {
      const connections = (endpointBody({}, server) as { properties: { privateLinkServiceConnections: object[] } })
        .properties.privateLinkServiceConnections;
      const more = { ...connections[0], name: "pec2" };
      const properties = { [list]: list === "privateLinkServiceConnections" ? [...connections, more] : [more] };
      expect(await refusal({ properties })).toEqual(
        refused(
          "OnlyOnePrivateLinkServiceConnectionPermitted",
          `Private endpoint ${id} has the following private link service connections: pec1, pec2. Only one private link service connection is permitted.`,
        ),
      );
    },
  );

  test("refuses the name of a connection that breaks the rules", async () => {
    expect(await refusal({ connection: "a/b" })).toEqual(
      refused(
        "InvalidResourceName",
        "Resource name a/b is invalid. The name can be up to 80 characters long. It must begin with a word character, and it must end with a word character or with '_'. The name may contain word characters or '.', '-', '_'.",
      ),
    );
    expect(await refusal({ connection: "" })).toMatchObject({ body: { error: { code: "InvalidResourceName" } } });
    const nameless = await putRaw(({ properties }) => (properties["privateLinkServiceConnections"] = [{}]));
    expect(nameless).toMatchObject(
      unparsable({
        code: "InvalidJson",
        target: "properties.privateLinkServiceConnections[0].name",
        message: "The property 'properties.privateLinkServiceConnections[0].name' is required.",
      }),
    );
  });

  test("refuses a request message of more than 140 characters", async () => {
    const tooLong = refused(
      "RequestMessageTooLong",
      "Call to Microsoft.Cache/redisEnterprise failed. Error message: Request Message may only be a maximum of 140 characters",
    );
    expect(await refusal({ approval: "manual", requestMessage: "x".repeat(141) })).toEqual(tooLong);
    expect((await server.putEndpoint({ approval: "manual", requestMessage: "x".repeat(140) })).status).toBe(201);
    expect(await refusal({ approval: "manual", requestMessage: "y".repeat(141) })).toEqual(tooLong);
  });
});

test.each(["-a", "a.", "a".repeat(81)])("refuses '%s' as the name of an endpoint", async (name) => {
  const { status, body } = await server.putEndpoint({ name });
  expect(status).toBe(400);
  expect(body).toMatchObject({ error: { code: "InvalidResourceName" } });
});

test.each(["IPv6", "DualStack"])(
  "refuses the IP version type %s: no subnet has an IPv6 prefix",
  async (ipVersionType) => {
    const noPrefix = refused(
      "PrivateEndpointIpVersionTypeNotSupported",
      `Private endpoint ${id} cannot have the IP version type ${ipVersionType} because subnet ${server.subnet} has no IPv6 address prefix.`,
    );
    expect(await refusal({ properties: { ipVersionType: ipVersionType.toLowerCase() } })).toEqual(noPrefix);
    await server.putEndpoint({ properties: { ipVersionType: "IPv4" } });
    expect(await refusal({ properties: { ipVersionType } })).toEqual(noPrefix);
  },
);

describe("an application security group", () => {
  const grouped = (...groups: object[]) => ({ properties: { applicationSecurityGroups: groups } });

  test("refuses every application security group, since none exists", async () => {
    const asg = `${server.group}/providers/Microsoft.Network/applicationSecurityGroups/asg1`;
    expect(await refusal(grouped({ id: asg }))).toEqual(missing(asg));
    await server.putEndpoint(grouped());
    expect(await refusal(grouped({ id: asg }))).toEqual(missing(asg));
  });

  test("refuses anything but the id of an application security group", async () => {
    const path = "properties.applicationSecurityGroups[0]";
    expect(await refusal(grouped({}))).toEqual(
      unparsable({ code: "MissingJsonReferenceId", message: `Value for reference id is missing. Path ${path}.` }),
    );
    expect(await refusal(grouped({ id: server.vnet }))).toEqual(
      unparsable({
        code: "InvalidJsonReferenceFormat",
        message: `Reference Id ${server.vnet} is not formatted correctly. The Id is expected to reference resources of type applicationSecurityGroups. Path ${path}.`,
      }),
    );
    expect(await refusal(grouped({ id: "asg1" }))).toEqual({
      status: 400,
      body: {
        error: {
          code: "LinkedInvalidPropertyId",
          message: `Property id 'asg1' at path '${path}.id' is invalid. Expect fully qualified resource Id that start with '/subscriptions/{subscriptionId}' or '/providers/{resourceProviderNamespace}/'.`,
        },
      },
    });
  });
});

test.each([
  ["Disabled", 1_000],
  ["Basic", 5_000],
])(
  "with privateEndpointVNetPolicies %s, a network refuses an endpoint after %i",
  async (privateEndpointVNetPolicies, max) => {
    const { properties } = vnetBody;
    await server.call("PUT", server.vnet, { ...vnetBody, properties: { ...properties, privateEndpointVNetPolicies } });
    const subnet = await findResource(server.store, server.subnet);
    if (subnet === undefined) throw new Error("The subnet is missing.");
    const occupy = (count: number) => {
      const occupants = Array.from({ length: count }, (_, index) => ({
        address: `10.200.${Math.floor(index / 256)}.${index % 256}`,
        ipConfigurationId: `ip${index}`,
        privateEndpointId: `pe${index}`,
      }));
      const document = { ...subnet.document, occupants };
      return server.store.write((tx) => saveResource(tx, { ...subnet, document }, 1));
    };
    await server.call("PUT", `${server.vnet}/subnets/free`, { properties: { addressPrefix: "10.0.1.0/24" } });
    const wish = { subnet: `${server.vnet}/subnets/free` };
    await occupy(max);
    expect(await refusal(wish)).toEqual(
      refused(
        "PrivateEndpointCountLimitReached",
        `Cannot create more than ${max} private endpoints in virtual network ${server.vnet}.`,
      ),
    );
    await occupy(max - 1);
    expect((await server.putEndpoint(wish)).status).toBe(201);
  },
);
