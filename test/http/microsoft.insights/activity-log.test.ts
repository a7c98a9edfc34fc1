import { beforeEach, describe, expect, test } from "vitest";
import { callers } from "../../support/arm-server.ts";
import { assign, deniedMessage, errorOf, requestAs } from "../../support/authorization.ts";
import { startCacheServer, type CacheServer } from "../../support/cache-server.ts";
import { clusterRequest } from "../../support/cluster-bodies.ts";
import { requestConnection } from "../../support/connections.ts";

const hourMs = 3_600_000;

let server: CacheServer;
let cluster: string;
beforeEach(async () => {
  server = await startCacheServer();
  cluster = server.idOf("cache1");
});

interface Event {
  readonly resourceId: string;
  readonly operationName: { readonly value: string };
  readonly status: { readonly value: string };
  readonly properties: Readonly<Record<string, string>>;
  readonly correlationId: string;
}

const asOwner: ReturnType<typeof requestAs> = (...request) => requestAs(server, "owner")(...request);

const logUrl = (query = ""): string =>
  `${server.subscription}/providers/microsoft.insights/eventtypes/management/values?api-version=2015-04-01${query}`;

async function read(filter = "", name: "owner" | "alice" = "owner"): Promise<Event[]> {
  const query = filter === "" ? "" : `&$filter=${encodeURIComponent(filter)}`;
  const { status, body, text } = await requestAs(server, name)("GET", logUrl(query));
  if (status !== 200) throw new Error(text);
  return (body as { value: Event[] }).value;
}

const approve = (connection: string, status: string, headers: Record<string, string> = {}) =>
  server.request(
    "PUT",
    `${connection}?api-version=2025-07-01`,
    { properties: { privateLinkServiceConnectionState: { status } } },
    headers,
  );

describe("an event", () => {
  test("an event says who did what, when, and how it ended, in Azure's shape", async () => {
    await server.clock.advance(1_234);
    await server.request("PUT", `${cluster}?api-version=2025-07-01`, clusterRequest, {
      "x-ms-correlation-request-id": "11111111-2222-4333-8444-555555555555",
      "x-ms-client-request-id": "from-the-client",
    });
    const [event] = await read();
    const at = "2026-01-01T00:00:01.234Z";
    const action = "Microsoft.Cache/redisEnterprise/write";
    expect(event).toEqual({
      authorization: { action, scope: cluster },
      caller: "owner@test.local",
      channels: "Operation",
      claims: {
        "http://schemas.microsoft.com/identity/claims/objectidentifier": callers.owner.objectId,
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn": "owner@test.local",
      },
      correlationId: "11111111-2222-4333-8444-555555555555",
      description: "",
      eventDataId: expect.stringMatching(/^[\da-f-]{36}$/) as unknown,
      eventName: { value: "EndRequest", localizedValue: "End request" },
      category: { value: "Administrative", localizedValue: "Administrative" },
      eventTimestamp: at,
      httpRequest: { clientRequestId: "from-the-client", method: "PUT" },
      id: expect.stringMatching(`^${cluster}/events/[\\da-f-]{36}/ticks/639028224012340000$`) as unknown,
      level: "Informational",
      operationId: "11111111-2222-4333-8444-555555555555",
      operationName: { value: action, localizedValue: expect.stringContaining("Cluster") as unknown },
      resourceGroupName: "rg1",
      resourceProviderName: { value: "Microsoft.Cache", localizedValue: "Microsoft.Cache" },
      resourceType: { value: "Microsoft.Cache/redisEnterprise", localizedValue: "Microsoft.Cache/redisEnterprise" },
      resourceId: cluster,
      status: { value: "Succeeded", localizedValue: "Succeeded" },
      subStatus: { value: "Created", localizedValue: "Created (HTTP Status Code: 201)" },
      submissionTimestamp: at,
      subscriptionId: server.subscription.slice("/subscriptions/".length),
      properties: {
        statusCode: "Created",
        change: "creation",
        serviceRequestId: expect.stringMatching(/^[\da-f-]{36}$/) as unknown,
        eventCategory: "Administrative",
        entity: cluster,
        message: action,
        hierarchy: server.subscription.slice("/subscriptions/".length),
      },
      relatedEvents: [],
    });
  });

  test("an event of an approval has the old and the new state", async () => {
    await server.send("PUT", "cache1", clusterRequest);
    const connection = await requestConnection(server, { clusterId: cluster });
    await approve(connection, "Approved");
    await approve(connection, "Rejected");
    const events = await read(`resourceUri eq '${connection.toUpperCase()}'`);
    expect(events.map(({ properties }) => [properties["oldState"], properties["newState"]])).toEqual([
      ["Approved", "Rejected"],
      ["Pending", "Approved"],
    ]);
  });

  test("an event of a refused write has the reason", async () => {
    await assign(server, { scope: server.group, role: "Reader", to: "alice" });
    const denied = await requestAs(server, "alice")("PUT", `${cluster}?api-version=2025-07-01`, clusterRequest);
    const [event] = await read("status eq 'Failed'");
    expect(event).toMatchObject({
      caller: "alice@test.local",
      level: "Error",
      status: { value: "Failed" },
      subStatus: { value: "Forbidden", localizedValue: "Forbidden (HTTP Status Code: 403)" },
      properties: { statusCode: "Forbidden", statusMessage: JSON.stringify({ error: errorOf(denied) }) },
    });
  });

  test("bad requests and refusals by locks have events, and reads have none", async () => {
    await server.send("PUT", "cache1", clusterRequest);
    await server.send("PUT", "cache1", {});
    await asOwner("PUT", `${cluster}/providers/Microsoft.Authorization/locks/l`, { properties: { level: "ReadOnly" } });
    await server.send("PUT", "cache1", clusterRequest);
    await server.send("GET", "none");
    const events = await read(`resourceId eq '${cluster}'`);
    expect(events.map(({ properties }) => properties["statusCode"])).toEqual(["Conflict", "BadRequest", "Created"]);
  });

  test("an event of an application names it by its object id", async () => {
    await assign(server, { scope: server.group, role: "Contributor", to: "app" });
    await requestAs(server, "app")("PUT", `${cluster}?api-version=2025-07-01`, clusterRequest);
    expect((await read())[0]).toMatchObject({ caller: callers.app.objectId, claims: { appid: "app" } });
  });

  test("an event of an action has the type that the action belongs to", async () => {
    await asOwner("POST", `${server.subscription}/providers/Microsoft.Cache/register`);
    await asOwner("POST", `${cluster}/databases/default/listKeys?api-version=2025-07-01`);
    const types = (await read())
      .slice(0, 2)
      .map((event) => (event as unknown as { resourceType: object }).resourceType);
    expect(types).toMatchObject([
      { value: "Microsoft.Cache/redisEnterprise/databases" },
      { value: "Microsoft.Cache/register" },
    ]);
  });

  test("an event of work that goes on after the response is Accepted", async () => {
    const slow = await startCacheServer({ timing: { kind: "fixed", durationMs: 1_000 } });
    await slow.send("PUT", "c", clusterRequest);
    await slow.clock.advance(2_000);
    await slow.send("DELETE", "c");
    const { body } = await requestAs(slow, "owner")("GET", logUrl("&$select=status,subStatus&$top=1"));
    expect(body).toMatchObject({ value: [{ status: { value: "Accepted" }, subStatus: { value: "Accepted" } }] });
  });
});

describe("a filter of events", () => {
  beforeEach(async () => {
    await server.send("PUT", "cache1", clusterRequest);
    await server.clock.advance(hourMs);
    await server.request(
      "PUT",
      `${server.subscription}/resourceGroups/rg2?api-version=2024-11-01`,
      { location: "eastus" },
      {
        "x-ms-correlation-request-id": "cor-2",
      },
    );
    await server.clock.advance(hourMs);
    await assign(server, { scope: cluster, role: "Reader", to: "alice" });
  });

  const resourcesIn = async (filter: string): Promise<string[]> =>
    (await read(filter)).map(({ resourceId }) => resourceId.split("/providers/Microsoft.Authorization")[0] ?? "");

  const rg2 = () => `${server.subscription}/resourceGroups/rg2`;

  test("events without a filter are listed newest first", async () => {
    expect(await resourcesIn("")).toEqual([cluster, rg2(), cluster, server.group]);
  });

  test.each<[string, () => string[]]>([
    ["eventTimestamp ge '2026-01-01T01:00:00Z'", () => [cluster, rg2()]],
    ["eventTimestamp ge '2026-01-01T00:30:00Z' and eventTimestamp le '2026-01-01T01:00:00.0000000Z'", () => [rg2()]],
    ["eventTimestamp gt '2026-01-01T00:00:00Z' and eventTimestamp lt '2026-01-01T02:00:00Z'", () => [rg2()]],
    // As az sends it.
    [
      "eventTimestamp ge 2026-01-01T02:30:00+01:30 and eventTimestamp le 2999-01-01T00:00:00+00:00",
      () => [cluster, rg2()],
    ],
    ["resourceGroupName eq 'RG1'", () => [cluster, cluster, server.group]],
    ["resourceGroupName eq 'rg'", () => []],
    ["correlationId eq 'COR-2'", () => [rg2()]],
    ["resourceProvider eq 'Microsoft.Authorization'", () => [cluster]],
    ["resourceProvider eq 'microsoft.cache' and status eq 'Succeeded'", () => [cluster]],
    ["caller eq 'OWNER@test.local' and resourceGroupName eq 'rg2'", () => [rg2()]],
    [`caller eq '${callers.alice.objectId}'`, () => []],
    ["eventChannels eq 'Admin, Operation' and levels eq 'Error' and resourceGroupName eq 'rg2'", () => [rg2()]],
  ])("events are filtered by %s", async (filter, expected) => {
    expect(await resourcesIn(filter)).toEqual(expected());
  });

  test.each([
    ["eventTimestamp ge '2025-01-01T00:00:00Z'", "The start time cannot be more than 90 days in the past."],
    ["eventTimestamp ge 'yesterday'", "The time 'yesterday' in the filter is not valid."],
    ["eventTimestamp eq '2026-01-01'", "The property 'eventtimestamp' is not supported in the filter with 'eq'."],
    ["operationName eq 'x'", "The property 'operationname' is not supported in the filter with 'eq'."],
    ["correlationId ne 'x'", "The property 'correlationid' is not supported in the filter with 'ne'."],
    ["atScope()", "The function 'atscope' is not supported in the filter."],
    ["correlationId", "The filter 'correlationId' is not valid."],
  ])("the filter %s is refused, in the log's own envelope", async (filter, message) => {
    const { status, body } = await asOwner("GET", logUrl(`&$filter=${encodeURIComponent(filter)}`));
    expect([status, body]).toEqual([400, { Code: "BadRequest", Message: message }]);
  });
});

describe("the list of events", () => {
  test("a list of events has the properties that $select names, in any case", async () => {
    const { body } = await asOwner("GET", logUrl("&$select=eventName,%20CorrelationId,nothing&$top=1"));
    expect(body).toMatchObject({ value: [{ eventName: { value: "EndRequest" } }] });
    const [event = {}] = (body as { value: object[] }).value;
    expect(Object.keys(event)).toEqual(["correlationId", "eventName"]);
  });

  test("a list of events has pages that neither repeat nor miss an event", async () => {
    for (const name of ["a", "b", "c", "d"]) await server.addGroup(name);
    const seen: string[] = [];
    for (let url = logUrl("&$top=2&$select=resourceId"); url !== "";) {
      const { body } = await asOwner("GET", url);
      const page = body as { value: { resourceId: string }[]; nextLink?: string };
      expect(page.value.length).toBeLessThanOrEqual(2);
      seen.push(...page.value.map(({ resourceId }) => resourceId.split("/").at(-1) ?? ""));
      url = (page.nextLink ?? "").replace("https://localhost:8443", "");
    }
    expect(seen).toEqual(["d", "c", "b", "a", "rg1"]);
  });

  test("a list of events refuses the token of another list", async () => {
    const token = Buffer.from("v1:/subscriptions/x").toString("base64url");
    const answer = await asOwner("GET", logUrl(`&$skipToken=${token}`));
    expect([answer.status, errorOf(answer)]).toEqual([
      400,
      { code: "InvalidSkipToken", message: "The provided skip token is invalid." },
    ]);
  });

  test("a list of events shows only its own subscription", async () => {
    const other = await server.addSubscription("11111111-1111-4111-8111-111111111111");
    const url = `${other}/providers/Microsoft.Insights/eventtypes/management/values`;
    expect((await asOwner("GET", url)).body).toEqual({ value: [] });
  });

  test("a caller with a role in one group gets the events of that group", async () => {
    await server.addGroup("rg2");
    await assign(server, { scope: server.group, role: "Reader", to: "alice" });
    const seen = await read("", "alice");
    expect(new Set(seen.map(({ resourceId }) => resourceId.split("/")[4]))).toEqual(new Set(["rg1"]));
    await assign(server, { scope: server.subscription, role: "Reader", to: "alice" });
    expect(await read("", "alice")).toHaveLength((await read()).length);
  });

  test("a caller without a role gets no list of events", async () => {
    const answer = await requestAs(server, "alice")("GET", logUrl());
    const scope = `${server.subscription}/providers/Microsoft.Insights/eventtypes/management`;
    expect([answer.status, errorOf(answer).message]).toEqual([
      403,
      deniedMessage("alice", "Microsoft.Insights/eventtypes/values/Read", scope),
    ]);
  });
});

test("a write and its event are stored together or not at all", async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      asOwner("PUT", `${server.subscription}/resourceGroups/g${index % 10}?api-version=2024-11-01`, {
        location: index < 10 ? "eastus" : "nowhere",
      }),
    ),
  );
  const events = (await read()).filter(({ resourceId }) => /\/g\d$/.test(resourceId));
  const count = (status: string): number => events.filter((event) => event.status.value === status).length;
  expect([count("Succeeded"), count("Failed")]).toEqual([
    answers.filter(({ status }) => status < 300).length,
    answers.filter(({ status }) => status >= 400).length,
  ]);
});
