import { beforeEach, expect, test } from "vitest";
import { startNetworkServer, vnetBody, type NetworkServer } from "../../support/network-server.ts";
import { stamped } from "../../support/stamped.ts";

let server: NetworkServer;
let other: string;
let connection: string;

/** An endpoint in a subscription that is not registered for Microsoft.Cache, which leads to another's cluster. */
beforeEach(async () => {
  server = await startNetworkServer();
  other = await server.addSubscription("11111111-2222-4333-8444-555555555555");
  const group = `${other}/resourceGroups/rg1`;
  await server.request("PUT", `${group}?api-version=2024-11-01`, { location: "westus2" });
  const vnet = `${group}/providers/Microsoft.Network/virtualNetworks/vnet1`;
  await server.call("PUT", vnet, vnetBody);
  await registration("unregister");
  const wish = { group, subnet: `${vnet}/subnets/default`, approval: "manual" } as const;
  await server.putEndpoint(wish);
  connection = `${server.cluster}/privateEndpointConnections/pec1`;
});

const registration = (verb: "register" | "unregister") =>
  server.request("POST", `${other}/providers/Microsoft.Cache/${verb}?api-version=2024-11-01`);
const status = async () => {
  const { body } = await server.callCache("GET", connection);
  return (body as { properties: { privateLinkServiceConnectionState: { status: string } } }).properties
    .privateLinkServiceConnectionState.status;
};

test("approving fails while Microsoft.Cache is not registered in the endpoint's subscription", async () => {
  const answer = await server.decide("pec1", "Approved");
  expect(answer.status).toBe(403);
  expect(answer.headers["x-ms-failure-cause"]).toBeUndefined();
  expect(answer.body).toEqual({
    error: {
      code: "Forbidden",
      message: stamped(
        "The private endpoint connection 'pec1' cannot be approved because the subscription '11111111-2222-4333-8444-555555555555' of its private endpoint is not registered to use namespace 'Microsoft.Cache'.",
      ),
      target: null,
    },
  });
  expect(await status()).toBe("Pending");
});

test("approving succeeds once it is registered", async () => {
  await registration("register");
  expect((await server.decide("pec1", "Approved")).status).toBe(201);
  expect(await status()).toBe("Approved");
  await registration("unregister");
  expect((await server.decide("pec1", "Approved")).status).toBe(201);
});

test("rejecting needs no registration", async () => {
  expect((await server.decide("pec1", "Rejected")).status).toBe(201);
  expect(await status()).toBe("Rejected");
});

test("refuses an endpoint while Microsoft.Network is not registered, in the form that SDKs read", async () => {
  const elsewhere = await server.addSubscription("22222222-2222-4333-8444-555555555555");
  await server.request("POST", `${elsewhere}/providers/Microsoft.Network/unregister?api-version=2024-11-01`);
  const answer = await server.call("GET", `${elsewhere}/providers/Microsoft.Network/privateEndpoints`);
  expect(answer.status).toBe(409);
  expect(answer.body).toMatchObject({
    error: { code: "MissingSubscriptionRegistration", details: [{ target: "Microsoft.Network" }] },
  });
});
