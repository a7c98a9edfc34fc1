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
  test("the 404 of a connection names the outermost missing parent, in its recorded form", async () => {
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

  test("a caller without the right to read a connection gets 403", async () => {
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
  test("connections are listed without a next link, and have the same bodies inside their cluster", async () => {
    const connection = (await get()).body;
    const list = await server.request("GET", `${clusterId}/privateEndpointConnections?${version}`);
    expect(list.body).toEqual({ value: [connection] });
    const cluster = await server.request("GET", `${clusterId}?${version}`);
    expect(cluster.body).toMatchObject({ properties: { privateEndpointConnections: [connection] } });
  });

  test("bodies of connections are indented by two spaces, with CRLF", async () => {
    const { text, headers } = await get();
    expect(text.startsWith('{\r\n  "id": ')).toBe(true);
    expect(headers["x-rp-server-mvid"]).toMatch(/^[\da-f-]{36}$/);
  });

  test("GET of a connection that does not exist is the provider's 404", async () => {
    const answer = await server.request("GET", `${clusterId}/privateEndpointConnections/nope?${version}`);
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ error: { code: "ResourceNotFound", target: null } });
  });
});

describe("DELETE", () => {
  const remove = (query = version) => server.request("DELETE", `${connectionId}?${query}`);

  test("DELETE of a connection returns 200, then 204, and removes it", async () => {
    const answers = [await remove(), await remove()];
    expect(answers.map(({ status, text }) => [status, text])).toEqual([
      [200, ""],
      [204, ""],
    ]);
    expect((await get()).status).toBe(404);
  });

  test("DELETE of a connection is accepted in any state", async () => {
    await put({ status: "Rejected" });
    expect((await remove()).status).toBe(200);
  });

  test("DELETE of a connection under azure timing returns 202, in versions that declare it", async () => {
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
    "DELETE of a connection in %s takes effect before the response, because its clients treat 202 as an error",
    async (apiVersion) => {
      await begin({ timing: { kind: "azure" } });
      expect((await remove(`api-version=${apiVersion}`)).status).toBe(200);
      expect((await get()).status).toBe(404);
    },
  );

  test("DELETE in an older version removes a connection whose deletion is in progress, and that operation succeeds", async () => {
    await begin({ timing: { kind: "azure" } });
    const begun = await remove();
    expect((await remove("api-version=2021-03-01")).status).toBe(200);
    expect((await get()).status).toBe(404);
    await server.clock.advance(3_000);
    const url = new URL(begun.headers["azure-asyncoperation"] ?? "");
    expect((await server.request("GET", url.pathname + url.search)).body).toMatchObject({ status: "Succeeded" });
  });

  test("a repeated DELETE of a connection returns 202 with the same operation", async () => {
    await begin({ timing: { kind: "azure" } });
    const [first, second] = [await remove(), await remove()];
    expect(second.status).toBe(202);
    expect(second.headers["location"]).toBe(first.headers["location"]);
  });
});

describe("under azure timing", () => {
  beforeEach(() => begin({ timing: { kind: "azure" } }));

  test("PUT of a connection under azure timing shows the new status at once, Updating, and where to follow it", async () => {
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

  test("the result of a connection's operation is 202 while it is in progress", async () => {
    const { pathname, search } = new URL((await put({ status: "Approved" })).headers["location"] ?? "");
    const result = await server.request("GET", pathname + search);
    expect(result.status).toBe(202);
    expect(result.text).toBe("");
    expect(result.headers["location"]).toBe(`https://localhost:8443${pathname}${search}`);
  });

  test("a second PUT of a connection during the first is accepted, and ends with its own operation", async () => {
    await put({ status: "Approved" });
    await server.clock.advance(10_000);
    expect((await put({ status: "Rejected" })).status).toBe(201);
    await server.clock.advance(10_000);
    expect((await get()).body).toMatchObject({ properties: { provisioningState: "Updating" } });
    await server.clock.advance(9_000);
    expect((await get()).body).toMatchObject({ properties: { provisioningState: "Succeeded" } });
    expect(stateOf(await get())["status"]).toBe("Rejected");
  });

  test("a decision on a connection that is being deleted is refused", async () => {
    await server.request("DELETE", `${connectionId}?${version}`);
    const answer = await put({ status: "Approved" });
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ error: { code: "Conflict" } });
  });

  test("an operation cannot be read below another subscription", async () => {
    const other = await server.addSubscription("11111111-2222-4333-8444-555555555555");
    const status = new URL((await put({ status: "Approved" })).headers["azure-asyncoperation"] ?? "");
    const elsewhere = status.pathname.replace(server.subscription, other);
    const answer = await server.request("GET", elsewhere + status.search);
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ error: { code: "OperationNotFound" } });
  });
});

test("a PUT of a connection under a fixed timing has a Retry-After of one second", async () => {
  await begin({ timing: { kind: "fixed", durationMs: 5_000 } });
  const answer = await put({ status: "Approved" });
  expect(answer.headers["retry-after"]).toBe("1");
  await server.clock.advance(5_000);
  expect((await get()).body).toMatchObject({ properties: { provisioningState: "Succeeded" } });
});

describe("the private link contract", () => {
  const ask = (overrides: { name?: string; approval?: "automatic" }) =>
    requestConnection(server, { clusterId, ...overrides });

  test("an automatic request for a connection is approved", async () => {
    const id = await ask({ name: "auto", approval: "automatic" });
    const answer = await server.request("GET", `${id}?${version}`);
    expect(stateOf(answer)).toEqual({ status: "Approved", description: "Auto-approved", actionsRequired: "None" });
  });

  test("a manual request for a connection has the message as description", async () => {
    expect(stateOf(await get())).toEqual({
      status: "Pending",
      description: "Please approve.",
      actionsRequired: "None",
    });
  });

  test("a second connection of the same name, and the 85th of a cluster, are refused", async () => {
    await expect(ask({ name: "PECTEST01" })).rejects.toThrow("already has a private endpoint connection 'PECTEST01'");
    for (let index = 2; index <= 84; index += 1) await ask({ name: `pec${index}` });
    await expect(ask({ name: "pec85" })).rejects.toThrow("already has 84 private endpoint connections");
  });

  test("a connection to a cluster that does not exist is refused", async () => {
    await expect(requestConnection(server, { clusterId: `${clusterId}x` })).rejects.toThrow(
      `The private link resource '${clusterId}x' could not be found.`,
    );
  });
});
