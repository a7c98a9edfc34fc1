import { beforeEach, describe, expect, test } from "vitest";
import { pathOf, startNetworkServer, type NetworkServer } from "../../support/network-server.ts";

let server: NetworkServer;
let id: string;

interface Endpoint {
  properties: {
    provisioningState: string;
    customDnsConfigs: object[];
    privateLinkServiceConnections: { properties: { privateLinkServiceConnectionState: object } }[];
    manualPrivateLinkServiceConnections: { properties: { privateLinkServiceConnectionState: object } }[];
  };
}

const read = async () => (await server.call("GET", id)).body as Endpoint;
const look = ({ properties }: Endpoint) => {
  const [connection] = [...properties.privateLinkServiceConnections, ...properties.manualPrivateLinkServiceConnections];
  return {
    state: properties.provisioningState,
    connection: connection?.properties.privateLinkServiceConnectionState,
    names: properties.customDnsConfigs.length,
  };
};
const state = (status: string, description: string) => ({ status, description, actionsRequired: "None" });
const connections = async () => (await server.callCache("GET", `${server.cluster}/privateEndpointConnections`)).body;

describe("under azure timing", () => {
  beforeEach(async () => {
    server = await startNetworkServer({ timing: { kind: "azure" } });
    id = server.endpointId("pe1");
  });

  test("an automatic request shows Azure's placeholder while it is Updating, then the target's state and the DNS name", async () => {
    const answer = await server.putEndpoint();
    expect(answer.status).toBe(201);
    expect(answer.headers).toMatchObject({ "retry-after": "10", "azure-asyncnotification": "Enabled" });
    expect(answer.headers).not.toHaveProperty("location");
    expect(answer.headers).not.toHaveProperty("x-go-azure-sdk-skip-polling-delay");
    const placeholder = { state: "Updating", connection: state("Approved", "Auto Approved"), names: 0 };
    expect(look(answer.body as Endpoint)).toEqual(placeholder);
    expect(await connections()).toMatchObject({
      value: [{ properties: { privateLinkServiceConnectionState: state("Approved", "Auto-approved") } }],
    });
    const status = pathOf(answer.headers["azure-asyncoperation"]);
    await server.clock.advance(29_000);
    expect((await server.request("GET", status)).text).toBe('{"status":"InProgress"}');
    expect(look(await read())).toEqual(placeholder);
    await server.clock.advance(1_000);
    expect((await server.request("GET", status)).text).toBe('{"status":"Succeeded"}');
    expect(look(await read())).toEqual({
      state: "Succeeded",
      connection: state("Approved", "Auto-approved"),
      names: 1,
    });
  });

  test("a manual request shows Awaiting Approval, then its own message", async () => {
    const answer = await server.putEndpoint({ approval: "manual", requestMessage: "Please." });
    const placeholder = { state: "Updating", connection: state("Pending", "Awaiting Approval"), names: 0 };
    expect(look(answer.body as Endpoint)).toEqual(placeholder);
    await server.clock.advance(30_000);
    expect(look(await read())).toEqual({ state: "Succeeded", connection: state("Pending", "Please."), names: 0 });
  });

  test("an endpoint shows the owner's decision at once, even while it is being created", async () => {
    await server.putEndpoint({ approval: "manual" });
    await server.decide("pec1", "Approved", "Early");
    expect(look(await read())).toEqual({ state: "Updating", connection: state("Approved", "Early"), names: 1 });
    await server.clock.advance(30_000);
    expect(look(await read())).toEqual({ state: "Succeeded", connection: state("Approved", "Early"), names: 1 });
  });

  test("a second PUT is 200 and Succeeded at once, with an operation to follow and no Retry-After", async () => {
    await server.putEndpoint();
    const early = await server.putEndpoint({ tags: { a: "b" } });
    expect(early).toMatchObject({ status: 409, body: { error: { code: "AnotherOperationInProgress" } } });
    await server.clock.advance(30_000);
    const answer = await server.putEndpoint({ tags: { a: "b" } });
    expect([answer.status, answer.headers["retry-after"]]).toEqual([200, undefined]);
    expect(look(answer.body as Endpoint)).toMatchObject({ state: "Succeeded", names: 1 });
    const status = pathOf(answer.headers["azure-asyncoperation"]);
    expect((await server.request("GET", status)).text).toBe('{"status":"InProgress"}');
    await server.clock.advance(1_000);
    expect((await server.request("GET", status)).text).toBe('{"status":"Succeeded"}');
    const result = status.replace("/operations/", "/operationResults/");
    expect((await server.request("GET", result)).status).toBe(204);
  });

  test("DELETE is 202 with both headers, and removes endpoint and connection together when it ends", async () => {
    await server.putEndpoint();
    await server.clock.advance(30_000);
    const answer = await server.call("DELETE", id);
    expect([answer.status, answer.text, answer.headers["retry-after"]]).toEqual([202, "", "10"]);
    expect(pathOf(answer.headers["location"])).toContain("/locations/westus2/operationResults/");
    expect(look(await read())).toMatchObject({ state: "Deleting" });
    expect(await connections()).toMatchObject({ value: [{ name: "pec1" }] });
    expect((await server.call("DELETE", id)).headers["location"]).toBe(answer.headers["location"]);
    await server.clock.advance(20_000);
    expect((await server.call("GET", id)).status).toBe(404);
    expect(await connections()).toEqual({ value: [] });
    expect((await server.request("GET", pathOf(answer.headers["location"]))).status).toBe(204);
    expect((await server.request("GET", pathOf(answer.headers["azure-asyncoperation"]))).text).toBe(
      '{"status":"Succeeded"}',
    );
  });

  test("refuses a DELETE while the endpoint is being created, with the URI of that operation", async () => {
    const uri = (await server.putEndpoint()).headers["azure-asyncoperation"] ?? "";
    expect(await server.call("DELETE", id)).toMatchObject({
      status: 409,
      body: {
        error: {
          code: "AnotherOperationInProgress",
          message: `Another operation on this or dependent resource is in progress. To retrieve status of the operation use uri: ${uri}.`,
          details: [],
        },
      },
    });
  });

  test("an endpoint is Disconnected when its cluster is deleted while it is being created", async () => {
    await server.putEndpoint();
    await server.callCache("DELETE", server.cluster);
    await server.clock.advance(600_000);
    expect(look(await read())).toMatchObject({ state: "Succeeded", connection: { status: "Disconnected" }, names: 0 });
  });
});

test("an owner's DELETE that takes time removes no later connection of the same name", async () => {
  server = await startNetworkServer({ timing: { kind: "fixed", durationMs: 10_000 } });
  id = server.endpointId("pe1");
  await server.putEndpoint();
  await server.clock.advance(10_000);
  await server.call("DELETE", id);
  await server.clock.advance(5_000);
  await server.callCache("DELETE", `${server.cluster}/privateEndpointConnections/pec1`);
  await server.clock.advance(5_000);
  expect((await server.call("GET", id)).status).toBe(404);
  expect((await server.putEndpoint()).status).toBe(201);
  await server.clock.advance(10_000);
  expect(await connections()).toMatchObject({ value: [{ name: "pec1" }] });
  expect(look(await read())).toMatchObject({ connection: { status: "Approved" }, names: 1 });
});
