import { beforeEach, describe, expect, test } from "vitest";
import { refusal as refusalOf, refused } from "../../support/network-refusals.ts";
import { startNetworkServer, type EndpointWish, type NetworkServer } from "../../support/network-server.ts";

let server: NetworkServer;
let id: string;
beforeEach(async () => {
  server = await startNetworkServer();
  id = server.endpointId("pe1");
});

const refusal = (wish: EndpointWish) => refusalOf(server, wish);

describe("an existing endpoint", () => {
  beforeEach(() => server.putEndpoint());

  const fixedConnection = (connection = "privateLinkServiceConnections/pec1") =>
    refused(
      "CannotChangePrivateLinkConnectionOnPrivateEndpoint",
      `Cannot change the private link connection on private endpoint ${id}. Please ensure you are not updating the details of existing private link connection: '${id}/${connection}'. That is not allowed.`,
    );

  test("refuses to change the target, the name or the approval of a connection", async () => {
    const cluster = await server.addCluster(`${server.cluster}2`);
    expect(await refusal({ target: cluster })).toEqual(fixedConnection());
    expect(await refusal({ connection: "pec2" })).toEqual(fixedConnection());
    expect(await refusal({ approval: "manual" })).toEqual(fixedConnection());
  });

  test("refuses to move an endpoint to another subnet, and accepts its own in any case", async () => {
    const subnet = `${server.vnet}/subnets/other`;
    await server.call("PUT", subnet, { properties: { addressPrefix: "10.0.1.0/24" } });
    expect(await refusal({ subnet })).toEqual(
      refused(
        "CannotChangeSubnetOnExistingPrivateEndpoint",
        `Cannot change the subnet in which the network interface for private endpoint ${id} is created. Current subnet: '${server.subnet}.' Requested subnet: '${subnet}.'`,
      ),
    );
    const answer = await server.putEndpoint({
      subnet: server.subnet.toUpperCase(),
      target: server.cluster.toLowerCase(),
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ properties: { subnet: { id: server.subnet } } });
  });

  test("refuses to move an endpoint to another region, as Resource Manager", async () => {
    const answer = await refusal({ location: "eastus" });
    expect(answer).toEqual({
      status: 409,
      body: {
        error: {
          code: "InvalidResourceLocation",
          message:
            "The resource 'pe1' already exists in location 'westus2' in resource group 'rg1'. A resource with the same name cannot be created in location 'eastus'. Please select a new resource name.",
        },
      },
    });
  });

  test.each([
    [
      "the owner removes the connection",
      () => server.callCache("DELETE", `${server.cluster}/privateEndpointConnections/pec1`),
    ],
    ["the cluster is deleted", () => server.callCache("DELETE", server.cluster)],
  ])("refuses a PUT and allows a DELETE after %s", async (_, remove) => {
    await remove();
    const answer = await server.putEndpoint({ tags: { a: "b" } });
    expect(answer).toMatchObject(
      refused(
        "PrivateEndpointCannotBeUpdatedInDisconnectedState",
        `Private endpoint ${id} cannot be updated because it is in disconnected state. It can only be deleted.`,
      ),
    );
    expect((await server.call("GET", id)).status).toBe(200);
    expect((await server.call("DELETE", id)).status).toBe(200);
    expect((await server.call("GET", server.subnet)).text).not.toContain("privateEndpoints");
  });

  test("keeps an endpoint disconnected when a cluster of the same name is created", async () => {
    await server.callCache("DELETE", server.cluster);
    await server.addCluster(server.cluster);
    expect((await server.putEndpoint()).status).toBe(400);
    expect((await server.putEndpoint({ name: "new" })).status).toBe(201);
    await server.call("DELETE", id);
    const { body } = await server.callCache("GET", `${server.cluster}/privateEndpointConnections`);
    expect(body).toMatchObject({ value: [{ name: "pec1" }] });
  });
});
