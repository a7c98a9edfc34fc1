import { describe, expect, test } from "vitest";
import { listActivities } from "../../support/list-activities.ts";
import { listBelow } from "../../../src/store/resources.ts";
import { testSubscriptionId } from "../../support/arm-server.ts";
import { cacheVersion, pathOf, startCacheServer } from "../../support/cache-server.ts";
import type { Answer } from "../../support/inject.ts";
import { stamped } from "../../support/stamped.ts";

const azure = { timing: { kind: "azure" } } as const;
const fixed = { timing: { kind: "fixed", durationMs: 2_000 } } as const;
const body = { location: "westus2", sku: { name: "Balanced_B1" }, properties: { publicNetworkAccess: "Enabled" } };
const bigger = { ...body, sku: { name: "Balanced_B3" } };
const minuteMs = 60_000;

const creating = { properties: { provisioningState: "Creating", resourceState: "Creating" } };
const updating = { properties: { provisioningState: "Updating", resourceState: "Updating" } };
const scaling = { properties: { provisioningState: "Updating", resourceState: "Scaling" } };
const deleting = { properties: { provisioningState: "Deleting", resourceState: "Deleting" } };
const running = { properties: { provisioningState: "Succeeded", resourceState: "Running" } };

function expectNoOperation({ headers }: Answer): void {
  for (const name of ["azure-asyncoperation", "location", "retry-after", "x-go-azure-sdk-skip-polling-delay"]) {
    expect(headers).not.toHaveProperty(name);
  }
}

function expectOperation({ headers }: Answer, id: string): void {
  const guid = "[0-9a-f-]{36}";
  const operations = `https://localhost:8443/subscriptions/${testSubscriptionId}/providers/Microsoft.Cache/locations/West%20US%202/operationsStatus`;
  expect(headers["azure-asyncoperation"]).toMatch(new RegExp(`^${operations}/${guid}\\?api-version=${cacheVersion}$`));
  expect(headers["location"]).toMatch(
    new RegExp(`^https://localhost:8443${id}/operationresults/${guid}\\?api-version=${cacheVersion}$`),
  );
  expect(headers["content-type"] ?? "application/json").toBe("application/json");
}

/** The refusal of a write to a busy resource. */
const busy = (id: string) => ({
  status: 409,
  body: {
    error: {
      code: "Conflict",
      message: stamped(
        `The resource '${id}' is busy processing a previous update request or is undergoing system maintenance.  ` +
          "As such, it is currently unable to accept the update request.  Please try again later.",
      ),
      target: null,
    },
  },
});

/** A server with a cluster on which no operation is in progress. */
async function withCluster(options: typeof azure | typeof fixed = azure) {
  const server = await startCacheServer(options);
  await server.send("PUT", "c1", body);
  await server.clock.advance(5 * minuteMs);
  expect((await server.send("GET", "c1")).body).toMatchObject(running);
  return server;
}

describe("creation", () => {
  test("creation returns 201 with a cluster that is Creating, and Running after Azure's five minutes", async () => {
    const { send, idOf, clock } = await startCacheServer(azure);
    const answer = await send("PUT", "c1", body);
    expect(answer).toMatchObject({ status: 201, body: { ...creating, tags: null } });
    expectOperation(answer, idOf("c1"));
    expect(answer.headers).not.toHaveProperty("retry-after");
    await clock.advance(5 * minuteMs - 1);
    expect((await send("GET", "c1")).body).toMatchObject(creating);
    await clock.advance(1);
    expect((await send("GET", "c1")).body).toMatchObject(running);
  });

  test("creation under a fixed timing has a Retry-After of one second", async () => {
    const { send, clock } = await startCacheServer(fixed);
    expect((await send("PUT", "c1", body)).headers["retry-after"]).toBe("1");
    await clock.advance(2_000);
    expect((await send("GET", "c1")).body).toMatchObject(running);
  });

  test("creation can be followed by its status and by its result, which is the cluster at the end", async () => {
    const { send, request, clock } = await startCacheServer(azure);
    const { headers } = await send("PUT", "c1", body);
    const status = () => request("GET", pathOf(headers["azure-asyncoperation"]));
    const result = () => request("GET", pathOf(headers["location"]));
    expect(await status()).toMatchObject({ status: 200, body: { status: "Pending" } });
    expect(await result()).toMatchObject({ status: 202, text: "" });
    await clock.advance(minuteMs);
    expect(await status()).toMatchObject({ status: 200, body: { status: "InProgress" } });
    await clock.advance(4 * minuteMs);
    expect(await status()).toMatchObject({ status: 200, body: { status: "Succeeded" } });
    const cluster = await send("GET", "c1");
    expect(await result()).toMatchObject({ status: 200, body: cluster.body });
  });

  test("the same PUT during creation returns 200 without headers", async () => {
    const { send } = await startCacheServer(azure);
    await send("PUT", "c1", body);
    const answer = await send("PUT", "c1", body);
    expect(answer).toMatchObject({ status: 200, body: creating });
    expectNoOperation(answer);
  });

  test.each([
    ["PUT", bigger],
    ["PUT", { ...body, tags: { a: "1" } }],
    ["PATCH", { tags: { a: "1" } }],
    ["PATCH", {}],
  ] as const)("%s %j is refused during creation", async (method, change) => {
    const { send, idOf } = await startCacheServer(azure);
    await send("PUT", "c1", body);
    const answer = await send(method, "c1", change);
    expect(answer).toMatchObject(busy(idOf("c1")));
    expect((await send("GET", "c1")).body).toMatchObject({ ...creating, sku: body.sku, tags: {} });
  });
});

describe("PUT of a cluster that exists", () => {
  test.each([
    ["nothing", body],
    ["tags", { ...body, tags: { a: "1" } }],
  ])("a PUT that changes %s takes effect at once, with 200 and no headers", async (_, changed) => {
    const { send } = await withCluster();
    const answer = await send("PUT", "c1", changed);
    expect(answer).toMatchObject({ status: 200, body: running });
    expectNoOperation(answer);
  });

  test("a PUT that changes a property returns 200 with a cluster that is Updating, and Running after four minutes", async () => {
    const { send, idOf, clock } = await withCluster();
    const answer = await send("PUT", "c1", { ...body, properties: { publicNetworkAccess: "Disabled" } });
    expect(answer).toMatchObject({ status: 200, body: updating });
    expect(answer.body).toMatchObject({ properties: { publicNetworkAccess: "Disabled" } });
    expectOperation(answer, idOf("c1"));
    await clock.advance(4 * minuteMs);
    expect((await send("GET", "c1")).body).toMatchObject(running);
  });

  test("a cluster whose SKU changes is Scaling, and Updating in versions without that state", async () => {
    const { send } = await withCluster();
    expect(await send("PUT", "c1", bigger)).toMatchObject({ status: 200, body: { ...scaling, sku: bigger.sku } });
    expect((await send("GET", "c1", undefined, "2023-11-01")).body).toMatchObject(scaling);
    expect((await send("GET", "c1", undefined, "2023-07-01")).body).toMatchObject(updating);
  });

  test.each([
    ["PUT", bigger],
    ["PUT", body],
    ["PATCH", { tags: {} }],
  ] as const)("%s %j is refused during an update", async (method, change) => {
    const { send, idOf } = await withCluster();
    await send("PUT", "c1", bigger);
    const answer = await send(method, "c1", change);
    expect(answer).toMatchObject(busy(idOf("c1")));
  });
});

describe("PATCH", () => {
  test.each([{}, { tags: { a: "1" } }, { properties: { publicNetworkAccess: "Enabled" } }])(
    "PATCH of %j takes effect at once, with 200 and no headers",
    async (change) => {
      const { send } = await withCluster();
      const answer = await send("PATCH", "c1", change);
      expect(answer).toMatchObject({ status: 200, body: running });
      expectNoOperation(answer);
    },
  );

  test("PATCH of a property returns an empty 202 with both headers, and its result is the cluster", async () => {
    const { send, request, idOf, clock } = await withCluster();
    const answer = await send("PATCH", "c1", { sku: { name: "Balanced_B3" } });
    expect(answer).toMatchObject({ status: 202, text: "" });
    expectOperation(answer, idOf("c1"));
    expect((await send("GET", "c1")).body).toMatchObject(scaling);
    await clock.advance(4 * minuteMs);
    expect(await request("GET", pathOf(answer.headers["location"]))).toMatchObject({
      status: 200,
      body: { ...running, sku: { name: "Balanced_B3" } },
    });
  });
});

describe("DELETE", () => {
  test("DELETE returns 202 with a cluster that is Deleting, and that does not exist after five minutes", async () => {
    const { send, request, idOf, clock, store } = await withCluster();
    const answer = await send("DELETE", "c1");
    expect(answer).toMatchObject({ status: 202, body: deleting });
    expectOperation(answer, idOf("c1"));
    expect((await send("GET", "c1")).body).toMatchObject(deleting);
    await clock.advance(5 * minuteMs);
    expect((await send("GET", "c1")).status).toBe(404);
    expect(await request("GET", pathOf(answer.headers["azure-asyncoperation"]))).toMatchObject({
      body: { status: "Succeeded" },
    });
    expect(await request("GET", pathOf(answer.headers["location"]))).toMatchObject({ status: 204, text: "" });
    expect(await listBelow(store, idOf("c1").toLowerCase())).toEqual([]);
  });

  test("a repeated DELETE returns 202 with the same operation", async () => {
    const { send, idOf, store, clock } = await withCluster();
    const first = await send("DELETE", "c1");
    await clock.advance(minuteMs);
    const second = await send("DELETE", "c1");
    expect(second).toMatchObject({ status: 202, body: deleting });
    expect(second.headers["location"]).toBe(first.headers["location"]);
    expect(second.headers["azure-asyncoperation"]).toBe(first.headers["azure-asyncoperation"]);
    expect(await listActivities(store, idOf("c1"))).toHaveLength(3);
    await clock.advance(4 * minuteMs);
    expect((await send("GET", "c1")).status).toBe(404);
  });

  test.each([
    ["PUT", body],
    ["PATCH", { tags: { a: "1" } }],
  ] as const)("%s %j is refused during a deletion", async (method, change) => {
    const { send, idOf } = await withCluster();
    await send("DELETE", "c1");
    const answer = await send(method, "c1", change);
    expect(answer).toMatchObject(busy(idOf("c1")));
  });

  test("DELETE of a cluster that does not exist returns an empty 204 without headers", async () => {
    const { send } = await startCacheServer(azure);
    const answer = await send("DELETE", "c1");
    expect(answer).toMatchObject({ status: 204, text: "" });
    expectNoOperation(answer);
  });

  test("DELETE cancels a creation in progress", async () => {
    const { send, request, clock } = await startCacheServer(azure);
    const creation = await send("PUT", "c1", body);
    await clock.advance(minuteMs);
    expect(await send("DELETE", "c1")).toMatchObject({ status: 202, body: deleting });
    expect(await request("GET", pathOf(creation.headers["azure-asyncoperation"]))).toMatchObject({
      body: {
        status: "Canceled",
        error: { code: "Canceled", message: "The operation was superseded by another operation." },
      },
    });
    await clock.advance(4 * minuteMs);
    expect((await send("GET", "c1")).body).toMatchObject(deleting);
    await clock.advance(minuteMs);
    expect((await send("GET", "c1")).status).toBe(404);
  });

  test("DELETE cancels an update in progress", async () => {
    const { send, clock } = await withCluster();
    await send("PUT", "c1", bigger);
    await clock.advance(minuteMs);
    await send("DELETE", "c1");
    await clock.advance(3 * minuteMs);
    expect((await send("GET", "c1")).body).toMatchObject(deleting);
    await clock.advance(2 * minuteMs);
    expect((await send("GET", "c1")).status).toBe(404);
  });

  test("the operation of a DELETE does not touch a later cluster of the same name", async () => {
    const { send, clock } = await withCluster();
    await send("DELETE", "c1");
    await clock.advance(5 * minuteMs);
    expect((await send("PUT", "c1", body)).status).toBe(201);
    await clock.advance(5 * minuteMs);
    expect((await send("GET", "c1")).body).toMatchObject(running);
  });
});
