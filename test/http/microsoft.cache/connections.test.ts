import { beforeEach, describe, expect, test } from "vitest";
import { apiVersions } from "../../../src/providers/microsoft.cache/api-versions.ts";
import { microsoftCache } from "../../../src/providers/microsoft.cache/provider.ts";
import { listActivities } from "../../../src/store/activities.ts";
import { findResource, saveResource } from "../../../src/store/resources.ts";
import { startArmServer } from "../../support/arm-server.ts";
import type { ArmServer, ArmServerOptions } from "../../support/arm-server.ts";
import { requestConnection } from "../../support/connections.ts";
import type { Answer } from "../../support/inject.ts";

const version = "api-version=2025-07-01";

let server: ArmServer;
let clusterId: string;
let connectionId: string;

async function begin(options: ArmServerOptions = {}): Promise<void> {
  server = await startArmServer({ ...options, providers: [microsoftCache] });
  clusterId = `${await server.addGroup()}/providers/Microsoft.Cache/redisEnterprise/cache1`;
  await server.request("PUT", `${clusterId}?${version}`, {
    location: "eastus",
    sku: { name: "Balanced_B1" },
    properties: { publicNetworkAccess: "Enabled" },
  });
  if (options.timing !== undefined) await server.clock.advance(600_000);
  connectionId = await requestConnection(server, { clusterId });
}

beforeEach(() => begin());

interface Connection {
  properties: { provisioningState: string; privateLinkServiceConnectionState: Record<string, string> };
}

const stateOf = ({ body }: Answer) => (body as Connection).properties.privateLinkServiceConnectionState;
const get = () => server.request("GET", `${connectionId}?${version}`);
const put = (state: unknown, query = version) =>
  server.request("PUT", `${connectionId}?${query}`, { properties: { privateLinkServiceConnectionState: state } });

const providerError = (code: string, message: string, target: string | null = null) => ({
  error: { code, message, target },
});

const deniedForGood =
  "Connections that have been previously denied can't be approved. You must remove the connection and create a new one.";

describe("the owner's PUT", () => {
  test("approves a pending connection and answers 201 with the whole of it", async () => {
    const answer = await put({ status: "Approved", description: "Auto-Approved" });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      id: connectionId,
      name: "pectest01",
      type: "Microsoft.Cache/redisEnterprise/privateEndpointConnections",
      properties: {
        provisioningState: "Succeeded",
        privateEndpoint: {
          id: `${server.subscription}/resourceGroups/rg1/providers/Microsoft.Network/privateEndpoints/petest01`,
        },
        privateLinkServiceConnectionState: {
          status: "Approved",
          description: "Auto-Approved",
          actionsRequired: "None",
        },
      },
    });
    expect(answer.headers["x-go-azure-sdk-skip-polling-delay"]).toBe("true");
    expect(answer.headers["azure-asyncoperation"]).toBeUndefined();
    expect((await get()).body).toEqual(answer.body);
  });

  test.each([
    [["Approved"], "Approved"],
    [["Rejected"], "Rejected"],
    [["Approved", "Approved"], "Approved"],
    [["Rejected", "Rejected"], "Rejected"],
    [["Approved", "Rejected"], "Rejected"],
    [["approved"], "Approved"],
  ])("takes %j from Pending with 201 each time", async (statuses, last) => {
    for (const status of statuses) expect((await put({ status })).status).toBe(201);
    expect(stateOf(await get())["status"]).toBe(last);
  });

  test.each(apiVersions)("answers 201 for an existing connection under %s too", async (apiVersion) => {
    const answer = await put({ status: "Approved" }, `api-version=${apiVersion}`);
    expect(answer.status).toBe(201);
    const { properties } = answer.body as { properties: object };
    expect("groupIds" in properties).toBe(apiVersion >= "2025-08-01-preview");
  });

  test("refuses to approve what was rejected, and leaves it as it was", async () => {
    await put({ status: "Rejected", description: "Not you." });
    const answer = await put({ status: "Approved", description: "Well, then." });
    expect(answer.status).toBe(400);
    const target = "properties.privateLinkServiceConnectionState.status";
    expect(answer.body).toEqual(providerError("BadRequest", deniedForGood, target));
    expect(stateOf(await get())).toMatchObject({ status: "Rejected", description: "Not you." });
  });

  test.each(["Pending", "Disconnected", "Removed", "", "Approved "])(
    "refuses status '%s', naming it and what is allowed",
    async (status) => {
      const answer = await put({ status });
      const target = "properties.privateLinkServiceConnectionState.status";
      const message = `The value '${status}' of property '${target}' is not valid. Allowed values: 'Approved', 'Rejected'.`;
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual(providerError("InvalidRequestContent", message, target));
      expect(stateOf(await get())["status"]).toBe("Pending");
    },
  );

  test("without a status keeps it and takes the rest", async () => {
    const answer = await put({ description: "Looking into it.", actionsRequired: "Wait" });
    expect(answer.status).toBe(201);
    expect(stateOf(answer)).toEqual({ status: "Pending", description: "Looking into it.", actionsRequired: "Wait" });
  });

  test("keeps what it leaves out, and empties a description that is null", async () => {
    await put({ status: "Approved", description: "Fine.", actionsRequired: "Restart" });
    expect(stateOf(await put({ status: "Approved" }))).toEqual({
      status: "Approved",
      description: "Fine.",
      actionsRequired: "Restart",
    });
    expect(stateOf(await put({ status: "Approved", description: null }))["description"]).toBe("");
  });

  test("accepts the body that a GET gave, and what it says of read-only properties changes nothing", async () => {
    await put({ status: "Approved" });
    const before = (await get()).body as Connection & { id: string };
    const lies = { ...before, id: 5, name: "other", type: null };
    const properties = { ...before.properties, provisioningState: "Failed", privateEndpoint: { id: "/elsewhere" } };
    const answer = await server.request("PUT", `${connectionId}?${version}`, { ...lies, properties });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(before);
  });

  test.each([
    [{}, "properties", "The property 'properties' is required."],
    [
      { properties: {} },
      "properties.privateLinkServiceConnectionState",
      "The property 'properties.privateLinkServiceConnectionState' is required.",
    ],
    [{ properties: [] }, "properties", "The value '[]' of property 'properties' is not of type object."],
    [{ properties: null }, "properties", "The value 'null' of property 'properties' is not of type object."],
    [
      { properties: { privateLinkServiceConnectionState: { description: 5 } } },
      "properties.privateLinkServiceConnectionState.description",
      "The value '5' of property 'properties.privateLinkServiceConnectionState.description' is not of type string or null.",
    ],
  ])("refuses %j with the target at fault", async (body, target, message) => {
    const answer = await server.request("PUT", `${connectionId}?${version}`, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(providerError("InvalidRequestContent", message, target));
  });

  test("tells of several faults all at once", async () => {
    const answer = await put({ status: "Maybe", description: 1, actionsRequired: {} });
    expect(answer.status).toBe(400);
    const { error } = answer.body as { error: { code: string; details: { code: string; target: string }[] } };
    expect(error.code).toBe("InvalidRequestContent");
    expect(error.details.map(({ target }) => target.split(".").at(-1)).toSorted()).toEqual([
      "actionsRequired",
      "description",
      "status",
    ]);
  });

  test("without a body is refused", async () => {
    const answer = await server.request("PUT", `${connectionId}?${version}`);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      error: { code: "InvalidRequestContent", message: "The request content is missing; a JSON object is required." },
    });
  });

  test("on a connection that nobody asked for is 404 in the provider's own form: owners cannot invent one", async () => {
    const answer = await server.request("PUT", `${clusterId}/privateEndpointConnections/mine?${version}`, {
      properties: { privateLinkServiceConnectionState: { status: "Approved" } },
    });
    expect(answer.status).toBe(404);
    const { error } = answer.body as { error: { code: string; message: string; target: null } };
    expect(error).toMatchObject({ code: "ResourceNotFound", target: null });
    expect(error.message).toMatch(
      /^A requested resource could not be found\. It may already have been deleted\. CorrelationID=[\w-]+ RequestID=[\w-]+ Timestamp=\d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d \(UTC\)$/,
    );
    expect(answer.headers["x-ms-failure-cause"]).toBeUndefined();
    expect((await server.request("GET", `${clusterId}/privateEndpointConnections?${version}`)).body).toMatchObject({
      value: [{ name: "pectest01" }],
    });
  });

  test.each(["Creating", "Updating", "Deleting"])("is 409 while the cluster is %s", async (provisioningState) => {
    const cluster = await findResource(server.store, clusterId);
    if (cluster === undefined) throw new Error("The cluster is missing.");
    const document = { ...cluster.document, provisioningState };
    await server.store.write((tx) => saveResource(tx, { ...cluster, document }, 1));
    const answer = await put({ status: "Approved" });
    expect(answer.status).toBe(409);
    const { error } = answer.body as { error: { code: string; message: string } };
    expect(error.code).toBe("Conflict");
    expect(error.message).toContain(
      `The resource '${clusterId}' is busy processing a previous update request or is undergoing system maintenance.`,
    );
    expect(stateOf(await get())["status"]).toBe("Pending");
  });

  test("twice at once is answered twice, loses no field, and leaves one activity each", async () => {
    const answers = await Promise.all([put({ status: "Approved" }), put({ description: "Second" })]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(stateOf(await get())).toEqual({ status: "Approved", description: "Second", actionsRequired: "None" });
    const activities = await listActivities(server.store, connectionId);
    expect(activities.map(({ action, detail }) => [action, detail])).toEqual([
      [
        "Microsoft.Cache/redisEnterprise/privateEndpointConnections/write",
        { status: 201, from: "Pending", to: "Approved" },
      ],
      [
        "Microsoft.Cache/redisEnterprise/privateEndpointConnections/write",
        { status: 201, from: "Approved", to: "Approved" },
      ],
    ]);
  });

  test("that says the same again writes nothing but its activity", async () => {
    await put({ status: "Approved", description: "Fine." });
    const before = await findResource(server.store, connectionId);
    const answer = await put({ status: "Approved", description: "Fine." });
    expect(answer.status).toBe(201);
    expect((await findResource(server.store, connectionId))?.version).toBe(before?.version);
    expect(await listActivities(server.store, connectionId)).toHaveLength(2);
  });

  test("that is refused leaves an activity that says why", async () => {
    await put({ status: "Nonsense" });
    expect(await listActivities(server.store, connectionId)).toMatchObject([
      { outcome: "Failed", detail: { status: 400, error: { code: "InvalidRequestContent" } } },
    ]);
  });

  test("finds the connection whatever the case of its path", async () => {
    const url = `${connectionId.toUpperCase()}?API-VERSION=2025-07-01`;
    const answer = await server.request("PUT", url, {
      properties: { privateLinkServiceConnectionState: { status: "Approved" } },
    });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ id: connectionId, name: "pectest01" });
  });
});

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

describe("the seam", () => {
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
