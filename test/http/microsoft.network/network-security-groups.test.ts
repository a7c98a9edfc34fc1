import { beforeEach, expect, test } from "vitest";
import { refused } from "../../support/network-refusals.ts";
import { startNetworkServer, type NetworkServer } from "../../support/network-server.ts";

let server: NetworkServer;
let id: string;

beforeEach(async () => {
  server = await startNetworkServer();
  id = `${server.group}/providers/Microsoft.Network/networkSecurityGroups/nsg1`;
});

interface NetworkBody {
  readonly id: string;
  readonly tags?: object;
  readonly properties: {
    readonly networkSecurityGroup?: object;
    readonly subnets?: readonly object[];
    readonly securityRules: readonly { readonly name: string }[];
    readonly defaultSecurityRules: readonly { readonly name: string }[];
  };
}

const read = ({ body }: { body: unknown }): NetworkBody => body as NetworkBody;

const namesOf = (rules: readonly { readonly name: string }[]): string[] => rules.map(({ name }) => name);

const rule = (name: string, changed: object = {}) => ({
  name,
  properties: {
    protocol: "tcp",
    sourcePortRange: "*",
    destinationPortRange: "10000",
    sourceAddressPrefix: "10.0.0.0/16",
    destinationAddressPrefix: "VirtualNetwork",
    access: "Allow",
    priority: 100,
    direction: "Inbound",
    ...changed,
  },
});

const put = (securityRules: readonly object[] = [], changed: object = {}) =>
  server.call("PUT", id, { location: "West US 2", properties: { securityRules }, ...changed });

const putSubnet = (networkSecurityGroup: { id: string } | null, name = "s1") =>
  server.call("PUT", `${server.vnet}/subnets/${name}`, {
    properties: { addressPrefix: "10.0.1.0/24", networkSecurityGroup },
  });

test("a PUT creates a group with its rules and the default ones, and a second PUT replaces them", async () => {
  const created = await put([rule("redis", { description: "to Redis" })], { tags: { a: "b" } });
  expect(created.status).toBe(201);
  expect(created.body).toMatchObject({
    name: "nsg1",
    id,
    type: "Microsoft.Network/networkSecurityGroups",
    location: "westus2",
    tags: { a: "b" },
    properties: {
      provisioningState: "Succeeded",
      securityRules: [
        {
          name: "redis",
          id: `${id}/securityRules/redis`,
          type: "Microsoft.Network/networkSecurityGroups/securityRules",
          properties: {
            provisioningState: "Succeeded",
            description: "to Redis",
            protocol: "Tcp",
            sourcePortRange: "*",
            destinationPortRange: "10000",
            priority: 100,
            direction: "Inbound",
            sourcePortRanges: [],
          },
        },
      ],
    },
  });
  expect(namesOf(read(created).properties.defaultSecurityRules)).toEqual([
    "AllowVnetInBound",
    "AllowAzureLoadBalancerInBound",
    "DenyAllInBound",
    "AllowVnetOutBound",
    "AllowInternetOutBound",
    "DenyAllOutBound",
  ]);
  const replaced = await put();
  expect(replaced.status).toBe(200);
  expect(read(replaced).properties.securityRules).toEqual([]);
  expect((await server.call("GET", id)).body).toEqual(replaced.body);
});

test("a PATCH replaces the tags and keeps the rules", async () => {
  const before = await put([rule("redis")]);
  const patched = await server.call("PATCH", id, { tags: { team: "cache" } });
  expect(patched.status).toBe(200);
  expect(read(patched).tags).toEqual({ team: "cache" });
  expect(namesOf(read(patched).properties.securityRules)).toEqual(namesOf(read(before).properties.securityRules));
});

test("groups are listed in their resource group and in their subscription", async () => {
  await put();
  const subscription = server.group.split("/").slice(0, 3).join("/");
  for (const scope of [server.group, subscription]) {
    const list = await server.call("GET", `${scope}/providers/Microsoft.Network/networkSecurityGroups`);
    expect(list.body).toMatchObject({ value: [{ id }] });
  }
});

test.each([
  [
    "two rules of one priority and direction",
    [rule("one"), rule("two")],
    "SecurityRuleConflict",
    "Security rule two conflicts with rule one. Rules cannot have the same Priority and Direction. To learn more, see aka.ms/nsgrules.",
  ],
  [
    "a priority out of range",
    [rule("one", { priority: 99 })],
    "SecurityRuleInvalidPriority",
    "Security rule has invalid Priority. Value provided: 99. Allowed range 100-4096. To learn more, see aka.ms/nsgrules.",
  ],
])("refuses %s", async (_title, rules, code, message) => {
  expect(await put(rules)).toMatchObject(refused(code, message));
  expect((await server.call("GET", id)).status).toBe(404);
});

test("refuses two rules of one name, and a rule that names an application security group", async () => {
  const twice = await put([rule("one"), rule("ONE", { priority: 101 })]);
  expect(twice.body).toMatchObject({ error: { details: [{ code: "DuplicateResourceName" }] } });
  const asg = { id: `${server.group}/providers/Microsoft.Network/applicationSecurityGroups/a` };
  expect((await put([rule("one", { sourceApplicationSecurityGroups: [asg] })])).status).toBe(400);
});

test("accepts one priority once in each direction", async () => {
  expect((await put([rule("in"), rule("out", { direction: "Outbound" })])).status).toBe(201);
});

test("a subnet names its group, the group its subnets, and is deleted only without any", async () => {
  await put();
  const subnet = await putSubnet({ id });
  expect(subnet.status).toBe(201);
  expect(read(subnet).properties.networkSecurityGroup).toEqual({ id });
  expect(read(await server.call("GET", id)).properties.subnets).toEqual([{ id: read(subnet).id }]);
  expect(await server.call("DELETE", id)).toMatchObject(
    refused(
      "InUseNetworkSecurityGroupCannotBeDeleted",
      `Network security group ${id} cannot be deleted because it is in use by the following resources: ${read(subnet).id}. ` +
        "In order to delete the Network security group, remove the association with the resource(s). To learn how to do this, see aka.ms/deletensg.",
    ),
  );
  expect(read(await putSubnet(null)).properties.networkSecurityGroup).toBeUndefined();
  expect((await server.call("DELETE", id)).status).toBe(200);
  expect((await server.call("DELETE", id)).status).toBe(204);
});

test("a subnet inside its network's body names a group too, and only one of its region that exists", async () => {
  await put([], { location: "eastus" });
  const subnets = [{ name: "s1", properties: { addressPrefix: "10.0.1.0/24", networkSecurityGroup: { id } } }];
  const putNetwork = () =>
    server.call("PUT", server.vnet, {
      location: "westus2",
      properties: { addressSpace: { addressPrefixes: ["10.0.0.0/16"] }, subnets },
    });
  const sentence =
    `Resource ${id} referenced by resource ${server.vnet}/subnets/s1 was not found. ` +
    "Please make sure that the referenced resource exists, and that both resources are in the same region.";
  expect(await putNetwork()).toMatchObject(refused("InvalidResourceReference", sentence));
  await server.call("DELETE", id);
  expect(await putNetwork()).toMatchObject(refused("InvalidResourceReference", sentence));
  await put();
  expect((await putNetwork()).body).toMatchObject({
    properties: { subnets: [{ properties: { networkSecurityGroup: { id } } }] },
  });
});

test("deleting the resource group removes a group that a subnet of it names", async () => {
  await put();
  await putSubnet({ id });
  const deleted = await server.call("DELETE", server.group);
  expect(deleted.status).toBe(200);
});

test.each(["virtualNetworks/vnet2", "networkSecurityGroups/nsg1"])(
  "a PUT of %s is refused for its tags before its properties are read",
  async (path) => {
    const url = `${server.group}/providers/Microsoft.Network/${path}`;
    const tags = { a: "b".repeat(257) };
    const { status, headers, body } = await server.call("PUT", url, { location: "westus2", tags, properties: 1 });
    expect([status, headers["x-ms-failure-cause"]]).toEqual([400, "gateway"]);
    expect(body).toMatchObject({ error: { code: "InvalidTagValueLength" } });
  },
);
