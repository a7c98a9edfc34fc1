import { beforeEach, describe, expect, test } from "vitest";
import { assign } from "../../support/authorization.ts";
import { callers } from "../../support/arm-server.ts";
import { endpointBody, networkVersion, startNetworkServer } from "../../support/network-server.ts";
import type { EndpointWish, NetworkServer } from "../../support/network-server.ts";

const approval = "Microsoft.Cache/redisEnterprise/PrivateEndpointConnectionsApproval/action";
const join = "Microsoft.Network/virtualNetworks/subnets/join/action";

let server: NetworkServer;
let consumers: string;
let id: string;

/** Alice is a Network Contributor of the consumers' group, which has no network of its own. */
beforeEach(async () => {
  server = await startNetworkServer();
  consumers = await server.addGroup("consumers", "westus2");
  id = server.endpointId("pe1", consumers);
  await assign(server, { scope: consumers, role: "Network Contributor", to: "alice" });
});

const putAsAlice = (wish: EndpointWish) =>
  server.request("PUT", `${id}?api-version=${networkVersion}`, endpointBody(wish, server), {
    authorization: "Bearer alice",
  });

const denied = (actions: string, scopes: string) => ({
  status: 403,
  body: {
    error: {
      code: "LinkedAuthorizationFailed",
      message:
        `The client '${callers.alice.name}' with object id '${callers.alice.objectId}' has permission to perform action ` +
        `'Microsoft.Network/privateEndpoints/write' on scope '${id}'; however, it does not have permission to perform ` +
        `action(s) '${actions}' on the linked scope(s) '${scopes}' (respectively) or the linked scope(s) are invalid.`,
    },
  },
});

describe("a private endpoint", () => {
  test("refuses an endpoint of a caller who may not join its subnet", async () => {
    const answer = await putAsAlice({ approval: "manual" });
    expect(answer).toMatchObject(denied(join, server.subnet));
    expect(answer.headers["x-ms-failure-cause"]).toBe("gateway");
    await assign(server, { scope: server.vnet, role: "Network Contributor", to: "alice" });
    expect((await putAsAlice({ approval: "manual" })).status).toBe(201);
  });

  test("refuses an automatic request of a caller who may not approve, and does not make it Pending", async () => {
    await assign(server, { scope: server.vnet, role: "Network Contributor", to: "alice" });
    expect(await putAsAlice({})).toMatchObject(denied(approval, server.cluster));
    expect((await server.call("GET", id)).status).toBe(404);
    expect((await server.callCache("GET", `${server.cluster}/privateEndpointConnections`)).body).toEqual({ value: [] });
    await assign(server, { scope: server.cluster, role: "Contributor", to: "alice" });
    const { status, body } = await putAsAlice({});
    expect(status).toBe(201);
    expect(body).toMatchObject({
      properties: {
        privateLinkServiceConnections: [{ properties: { privateLinkServiceConnectionState: { status: "Approved" } } }],
      },
    });
  });

  test("names everything that the caller may not do at once", async () => {
    expect(await putAsAlice({})).toMatchObject(denied(`${join}, ${approval}`, `${server.subnet}, ${server.cluster}`));
  });

  test("checks the rights on every PUT, and none on the target for DELETE", async () => {
    await server.call("PUT", id, endpointBody({}, server));
    expect(await putAsAlice({ tags: { a: "b" } })).toMatchObject({ status: 403 });
    const answer = await server.request("DELETE", `${id}?api-version=${networkVersion}`, undefined, {
      authorization: "Bearer alice",
    });
    expect(answer.status).toBe(200);
  });

  test("refuses a caller who may not write the endpoint before it checks what the endpoint refers to", async () => {
    const answer = await server.request("PUT", `${id}?api-version=${networkVersion}`, endpointBody({}, server), {
      authorization: "Bearer guest",
    });
    expect(answer).toMatchObject({ status: 403, body: { error: { code: "AuthorizationFailed" } } });
  });
});
