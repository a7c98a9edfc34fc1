import { beforeEach, describe, expect, test } from "vitest";
import type { ArmServer, ArmServerOptions } from "../../support/arm-server.ts";
import { connectionVersion, startConnectionServer, stateOf } from "../../support/connection-server.ts";
import type { ConnectionServer } from "../../support/connection-server.ts";
import { requestConnection } from "../../support/connections.ts";

const version = connectionVersion;

let server: ArmServer;
let clusterId: string;
let connectionId: string;
let get: ConnectionServer["get"];
let put: ConnectionServer["put"];

async function begin(options: ArmServerOptions = {}): Promise<void> {
  ({ server, clusterId, connectionId, get, put } = await startConnectionServer(options));
}

beforeEach(() => begin());

describe("what is missing above a connection", () => {
  test("is told level by level, each in its recorded envelope", async () => {
    const path = "providers/Microsoft.Cache/redisEnterprise/nope/privateEndpointConnections/x";
    const body = { properties: { privateLinkServiceConnectionState: { status: "Approved" } } };
    const ask = async (url: string) => (await server.request("PUT", `${url}?${version}`, body)).body;
    expect(await ask(`${server.subscription}/resourceGroups/rg1/${path}`)).toEqual({
      error: {
        code: "ParentResourceNotFound",
        message:
          "Failed to perform 'write' on resource(s) of type 'redisEnterprise/privateEndpointConnections', because the parent resource " +
          `'${server.subscription}/resourceGroups/rg1/providers/Microsoft.Cache/redisEnterprise/nope' could not be found.`,
      },
    });
    expect(await ask(`${server.subscription}/resourceGroups/nope/${path}`)).toEqual({
      error: { code: "ResourceGroupNotFound", message: "Resource group 'nope' could not be found." },
    });
    const other = "11111111-2222-4333-8444-555555555555";
    expect(await ask(`/subscriptions/${other}/resourceGroups/rg1/${path}`)).toEqual({
      error: { code: "SubscriptionNotFound", message: `The subscription '${other}' could not be found.` },
    });
  });

  test("is not told to those who may not know", async () => {
    const answer = await server.request("GET", `${connectionId}?${version}`, undefined, {
      authorization: "Bearer guest",
    });
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ error: { code: "AuthorizationFailed" } });
    const { error } = answer.body as { error: { message: string } };
    expect(error.message).toContain(
      `does not have authorization to perform action 'Microsoft.Cache/redisEnterprise/privateEndpointConnections/read' over scope '${connectionId}'`,
    );
  });
});

describe("reading connections", () => {
  test("lists them without a next link and shows them whole inside their cluster", async () => {
    const connection = (await get()).body;
    const list = await server.request("GET", `${clusterId}/privateEndpointConnections?${version}`);
    expect(list.body).toEqual({ value: [connection] });
    const cluster = await server.request("GET", `${clusterId}?${version}`);
    expect(cluster.body).toMatchObject({ properties: { privateEndpointConnections: [connection] } });
  });

  test("lays bodies out as the provider does, with two spaces and CRLF", async () => {
    const { text, headers } = await get();
    expect(text.startsWith('{\r\n  "id": ')).toBe(true);
    expect(headers["x-rp-server-mvid"]).toMatch(/^[\da-f-]{36}$/);
  });

  test("of one that is not there is the provider's 404", async () => {
    const answer = await server.request("GET", `${clusterId}/privateEndpointConnections/nope?${version}`);
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ error: { code: "ResourceNotFound", target: null } });
  });
});

describe("DELETE", () => {
  const remove = (query = version) => server.request("DELETE", `${connectionId}?${query}`);

  test("is 200 when there was a connection, then 204, and nothing is left of it", async () => {
    const answers = [await remove(), await remove()];
    expect(answers.map(({ status, text }) => [status, text])).toEqual([
      [200, ""],
      [204, ""],
    ]);
    expect((await get()).status).toBe(404);
  });

  test("is allowed in any state", async () => {
    await put({ status: "Rejected" });
    expect((await remove()).status).toBe(200);
  });

  test("takes its time under azure timing, for versions that say so", async () => {
    await begin({ timing: { kind: "azure" } });
    const answer = await remove();
    expect(answer.status).toBe(202);
    expect(answer.text).toBe("");
    expect(answer.headers["location"]).toContain(`${connectionId}/operationresults/`);
    expect(answer.headers["azure-asyncoperation"]).toContain(
      "/providers/Microsoft.Cache/locations/East%20US/operationsStatus/",
    );
    expect((await get()).body).toMatchObject({ properties: { provisioningState: "Deleting" } });
    await server.clock.advance(3_000);
    expect((await get()).status).toBe(404);
    const result = await server.request("GET", new URL(answer.headers["location"] ?? "").pathname + `?${version}`);
    expect(result.status).toBe(204);
  });

  test.each(["2021-03-01", "2022-01-01", "2023-03-01-preview"])(
    "is done before the answer under %s, whose clients take 202 for an error",
    async (apiVersion) => {
      await begin({ timing: { kind: "azure" } });
      expect((await remove(`api-version=${apiVersion}`)).status).toBe(200);
      expect((await get()).status).toBe(404);
    },
  );
});

describe("under azure timing", () => {
  beforeEach(() => begin({ timing: { kind: "azure" } }));

  test("a PUT shows the new status at once, Updating, and where to follow it", async () => {
    const answer = await put({ status: "Approved" });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ properties: { provisioningState: "Updating" } });
    expect(stateOf(answer)["status"]).toBe("Approved");
    expect(answer.headers["retry-after"]).toBeUndefined();
    expect(answer.headers["x-go-azure-sdk-skip-polling-delay"]).toBeUndefined();
    const status = new URL(answer.headers["azure-asyncoperation"] ?? "");
    expect(status.origin).toBe("https://localhost:8443");
    const poll = async () => (await server.request("GET", status.pathname + status.search)).body;
    expect(await poll()).toEqual({
      id: decodeURI(status.pathname),
      name: status.pathname.split("/").at(-1),
      status: "Pending",
      startTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00$/) as string,
      endTime: "0001-01-01T00:00:00+00:00",
    });
    await server.clock.advance(1_000);
    expect(await poll()).toMatchObject({ status: "InProgress" });
    await server.clock.advance(18_000);
    expect(await poll()).toMatchObject({ status: "Succeeded" });
    expect((await get()).body).toMatchObject({ properties: { provisioningState: "Succeeded" } });
    const location = new URL(answer.headers["location"] ?? "");
    const result = await server.request("GET", location.pathname + location.search);
    expect(result.status).toBe(200);
    expect(result.body).toEqual((await get()).body);
  });

  test("the result is 202 while the work lasts", async () => {
    const { pathname, search } = new URL((await put({ status: "Approved" })).headers["location"] ?? "");
    const result = await server.request("GET", pathname + search);
    expect(result.status).toBe(202);
    expect(result.text).toBe("");
    expect(result.headers["location"]).toBe(`https://localhost:8443${pathname}${search}`);
  });

  test("a second PUT during the first is taken, and ends when it does", async () => {
    await put({ status: "Approved" });
    await server.clock.advance(10_000);
    expect((await put({ status: "Rejected" })).status).toBe(201);
    await server.clock.advance(10_000);
    expect((await get()).body).toMatchObject({ properties: { provisioningState: "Updating" } });
    await server.clock.advance(9_000);
    expect((await get()).body).toMatchObject({ properties: { provisioningState: "Succeeded" } });
    expect(stateOf(await get())["status"]).toBe("Rejected");
  });

  test("a connection that is being deleted takes no more decisions", async () => {
    await server.request("DELETE", `${connectionId}?${version}`);
    const answer = await put({ status: "Approved" });
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ error: { code: "Conflict" } });
  });

  test("an operation is not seen from another subscription", async () => {
    const other = await server.addSubscription("11111111-2222-4333-8444-555555555555");
    const status = new URL((await put({ status: "Approved" })).headers["azure-asyncoperation"] ?? "");
    const elsewhere = status.pathname.replace(server.subscription, other);
    const answer = await server.request("GET", elsewhere + status.search);
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ error: { code: "OperationNotFound" } });
  });
});

test("under a fixed timing clients are told to look again in a second", async () => {
  await begin({ timing: { kind: "fixed", durationMs: 5_000 } });
  const answer = await put({ status: "Approved" });
  expect(answer.headers["retry-after"]).toBe("1");
  await server.clock.advance(5_000);
  expect((await get()).body).toMatchObject({ properties: { provisioningState: "Succeeded" } });
});

describe("the private link contract", () => {
  const ask = (overrides: { name?: string; approval?: "automatic" }) =>
    requestConnection(server, { clusterId, ...overrides });

  test("stores an automatic request as approved", async () => {
    const id = await ask({ name: "auto", approval: "automatic" });
    const answer = await server.request("GET", `${id}?${version}`);
    expect(stateOf(answer)).toEqual({ status: "Approved", description: "Auto-approved", actionsRequired: "None" });
  });

  test("shows the owner what a manual request says", async () => {
    expect(stateOf(await get())).toEqual({
      status: "Pending",
      description: "Please approve.",
      actionsRequired: "None",
    });
  });

  test("refuses a second connection of one name and the eighty-fifth of a cluster", async () => {
    await expect(ask({ name: "PECTEST01" })).rejects.toThrow("already has a private endpoint connection 'PECTEST01'");
    for (let index = 2; index <= 84; index += 1) await ask({ name: `pec${index}` });
    await expect(ask({ name: "pec85" })).rejects.toThrow("already has 84 private endpoint connections");
  });

  test("refuses a cluster that is not there", async () => {
    await expect(requestConnection(server, { clusterId: `${clusterId}x` })).rejects.toThrow(
      `The private link resource '${clusterId}x' could not be found.`,
    );
  });
});
