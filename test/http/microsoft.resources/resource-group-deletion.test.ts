import { describe, expect, test } from "vitest";
import { findOperation, listActiveOperations } from "../../../src/store/operations.ts";
import { findResource, listBelow, removeResource } from "../../../src/store/resources.ts";
import { listActivities } from "../../support/list-activities.ts";
import type { ReleaseResource } from "../../../src/arm/resource-type.ts";
import { startArmServer, testSubscriptionId, type ArmServer, type ArmServerOptions } from "../../support/arm-server.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { paintKind, sampleProvider, type SampleLog } from "../../support/sample-provider.ts";

const version = "api-version=2024-11-01";
const sampleVersion = "api-version=2024-01-01";
const rg1 = `/subscriptions/${testSubscriptionId}/resourceGroups/rg1`;
const box = `${rg1}/providers/Sample.Boxes/boxes/b1`;
const azure = { kind: "azure" } as const;
const fixed = { kind: "fixed", durationMs: 2_000 } as const;

/** A group with a box, the box's lid, and a neighbour whose name starts alike. */
async function withBoxes(options: ArmServerOptions & { remove?: ReleaseResource } = {}) {
  const log: SampleLog = { removed: [], painted: [] };
  const server = await startArmServer({ ...options, providers: [sampleProvider(log, options.remove)] });
  await server.addGroup("rg1");
  await server.addGroup("rg1-other");
  await put(server, box);
  await put(server, `${box}/lids/l1`);
  await put(server, `${rg1}-other/providers/Sample.Boxes/boxes/b2`);
  return { server, log };
}

async function put({ request }: ArmServer, id: string): Promise<void> {
  expect((await request("PUT", `${id}?${sampleVersion}`, {})).status).toBe(201);
}

const pathOf = (url: string | undefined): string => (url ?? "").replace("https://localhost:8443", "");

describe("under instant timing", () => {
  test("under instant timing the group and everything in it are deleted with the response", async () => {
    const { server, log } = await withBoxes();
    const { status, text, headers } = await server.request("DELETE", `${rg1}?${version}`);
    expect({ status, text }).toEqual({ status: 200, text: "" });
    expect(headers).not.toHaveProperty("location");
    expect(headers["x-go-azure-sdk-skip-polling-delay"]).toBe("true");
    expect((await server.request("GET", `${rg1}?${version}`)).status).toBe(404);
    expect(await listBelow(server.store, rg1.toLowerCase())).toEqual([]);
    expect(log.removed).toEqual([`${box}/lids/l1`, box]);
  });

  test("a group whose name starts with the deleted one's is kept", async () => {
    const { server } = await withBoxes();
    await server.request("DELETE", `${rg1}?${version}`);
    const neighbour = `${rg1}-other/providers/Sample.Boxes/boxes/b2`;
    expect((await server.request("GET", `${neighbour}?${sampleVersion}`)).status).toBe(200);
  });

  test("a deletion notifies the listeners of every removal, and is in the activity log", async () => {
    const { server } = await withBoxes();
    const changed: string[] = [];
    server.store.onChange((keys) => changed.push(...keys));
    await server.request("DELETE", `${rg1}?${version}`);
    expect(changed).toEqual([`${box}/lids/l1`, box, rg1].map((id) => id.toLowerCase()));
    const activities = await listActivities(server.store, rg1);
    expect(activities.at(-1)).toMatchObject({
      action: "Microsoft.Resources/subscriptions/resourceGroups/delete",
      detail: { status: 200 },
    });
  });

  test("a resource that the release of a sibling removed is not released again", async () => {
    const removeLid: ReleaseResource = async (tx, { id }) => {
      const other = await findResource(tx, id === `${box}/lids/l2` ? `${box}/lids/l1` : "");
      if (other !== undefined) await removeResource(tx, other);
    };
    const { server, log } = await withBoxes({ remove: removeLid });
    await put(server, `${box}/lids/l2`);
    await server.request("DELETE", `${rg1}?${version}`);
    expect(log.removed).toEqual([`${box}/lids/l2`, box]);
    expect(await listBelow(server.store, rg1.toLowerCase())).toEqual([]);
  });

  test("a resource that is put at the same moment is deleted with the group, or refused", async () => {
    const { server } = await withBoxes();
    const [deleted] = await Promise.all([
      server.request("DELETE", `${rg1}?${version}`),
      server.request("PUT", `${rg1}/providers/Sample.Boxes/boxes/late?${sampleVersion}`, {}),
      server.request("PUT", `${box}/lids/late?${sampleVersion}`, {}),
    ]);
    expect(deleted.status).toBe(200);
    expect(await listBelow(server.store, rg1.toLowerCase())).toEqual([]);
  });

  test("a release that fails leaves everything as it was", async () => {
    const fail: ReleaseResource = async () => {
      throw new Error("not now");
    };
    const { server } = await withBoxes({ remove: fail });
    expect((await server.request("DELETE", `${rg1}?${version}`)).status).toBe(500);
    expect((await server.request("GET", `${rg1}?${version}`)).body).toMatchObject({
      properties: { provisioningState: "Succeeded" },
    });
    expect(await listBelow(server.store, rg1.toLowerCase())).toHaveLength(2);
  });
});

describe("under a timing", () => {
  test.each([
    [azure, "15"],
    [fixed, "1"],
  ])("%j gets 202 with a Location, polls get 202 and finally 200, always empty", async (timing, retryAfter) => {
    const { server } = await withBoxes({ timing });
    const answer = await server.request("DELETE", `${rg1}?${version}`);
    expect(answer).toMatchObject({ status: 202, text: "" });
    expect(answer.headers["retry-after"]).toBe(retryAfter);
    const result = new RegExp(
      `^https://localhost:8443/subscriptions/${testSubscriptionId}/operationresults/[0-9a-f-]{36}\\?${version}$`,
    );
    expect(answer.headers["location"]).toMatch(result);
    expect(answer.headers).not.toHaveProperty("azure-asyncoperation");
    const poll = await server.request("GET", pathOf(answer.headers["location"]));
    expect(poll).toMatchObject({ status: 202, text: "" });
    expect(poll.headers).toMatchObject({ location: answer.headers["location"], "retry-after": retryAfter });
    await server.clock.advance(timing.kind === "fixed" ? timing.durationMs : 60_000);
    expect(await server.request("GET", pathOf(answer.headers["location"]))).toMatchObject({ status: 200, text: "" });
    expect((await server.request("GET", `${rg1}?${version}`)).status).toBe(404);
    expect(await listBelow(server.store, rg1.toLowerCase())).toEqual([]);
  });

  test("while a group is Deleting, its resources can be read, and nothing can be written into it", async () => {
    const { server } = await withBoxes({ timing: fixed });
    await server.request("DELETE", `${rg1}?${version}`);
    expect((await server.request("GET", `${rg1}?${version}`)).body).toMatchObject({
      properties: { provisioningState: "Deleting" },
    });
    expect((await server.request("GET", `${box}?${sampleVersion}`)).status).toBe(200);
    const refusal = {
      error: {
        code: "ResourceGroupBeingDeleted",
        message: "The resource group 'rg1' is in deprovisioning state and cannot perform this operation.",
      },
    };
    expect(await server.request("PUT", `${box}?${sampleVersion}`, {})).toMatchObject({ status: 409, body: refusal });
    const location = { location: "eastus" };
    expect(await server.request("PUT", `${rg1}?${version}`, location)).toMatchObject({ status: 409, body: refusal });
    expect(await server.request("PATCH", `${rg1}?${version}`, {})).toMatchObject({ status: 409, body: refusal });
  });

  test("a second DELETE joins the first", async () => {
    const { server } = await withBoxes({ timing: fixed });
    const first = await server.request("DELETE", `${rg1}?${version}`);
    const second = await server.request("DELETE", `${rg1}?${version}`);
    expect(second.status).toBe(202);
    expect(second.headers["location"]).toBe(first.headers["location"]);
  });

  test("a name is free again after the deletion of its group", async () => {
    const { server } = await withBoxes({ timing: fixed });
    await server.request("DELETE", `${rg1}?${version}`);
    await server.clock.advance(fixed.durationMs);
    const again = await server.request("PUT", `${rg1}?${version}`, { location: "westus" });
    expect(again.status).toBe(201);
  });

  test("an operation in progress on a resource of the group is cancelled and never carried out", async () => {
    const { server, log } = await withBoxes({ timing: fixed });
    await server.request("DELETE", `${rg1}?${version}`);
    await server.clock.advance(1_000);
    const painting = await server.store.write((tx) =>
      server.operations.begin(tx, {
        kind: paintKind,
        subscriptionKey: testSubscriptionId,
        resourceId: box,
        location: "East US",
        input: {},
      }),
    );
    await server.clock.advance(10_000);
    expect(await findOperation(server.store, painting?.id ?? "")).toMatchObject({ status: "Canceled" });
    expect(log.painted).toEqual([]);
    expect(await listActiveOperations(server.store, box)).toEqual([]);
  });

  test("a process that is killed during a deletion leaves it to the next one", async () => {
    const { server } = await withBoxes({ timing: fixed });
    const { headers } = await server.request("DELETE", `${rg1}?${version}`);
    const log: SampleLog = { removed: [], painted: [] };
    const clock = new ManualClock(server.clock.nowMs());
    const next = await startArmServer({ timing: fixed, store: server.store, clock, providers: [sampleProvider(log)] });
    expect((await next.request("GET", pathOf(headers["location"]))).status).toBe(202);
    await clock.advance(fixed.durationMs);
    expect((await next.request("GET", pathOf(headers["location"]))).status).toBe(200);
    expect(log.removed).toEqual([`${box}/lids/l1`, box]);
    await server.clock.advance(fixed.durationMs);
    expect((await next.request("GET", `${rg1}?${version}`)).status).toBe(404);
  });

  test("a deletion that keeps failing sets the group's state back, and its result has the error", async () => {
    const fail: ReleaseResource = async () => {
      throw new Error("not now");
    };
    const { server } = await withBoxes({ timing: fixed, remove: fail });
    const { headers } = await server.request("DELETE", `${rg1}?${version}`);
    await server.clock.advance(120_000);
    expect((await server.request("GET", `${rg1}?${version}`)).body).toMatchObject({
      properties: { provisioningState: "Succeeded" },
    });
    const result = await server.request("GET", pathOf(headers["location"]));
    expect(result.status).toBe(409);
    expect(result.text).toBe('{"error":{"code":"ResourceGroupDeletionBlocked","message":"The operation failed."}}');
  });
});

describe("an operation result", () => {
  test("an unknown operation result is a 404", async () => {
    const { request, subscription } = await startArmServer();
    const { status, body } = await request("GET", `${subscription}/operationresults/abc?${version}`);
    expect(status).toBe(404);
    expect(body).toEqual({
      error: { code: "OperationNotFound", message: "The operation 'abc' could not be found in this subscription." },
    });
  });

  test("an operation result is not visible in another subscription", async () => {
    const { server } = await withBoxes({ timing: fixed });
    const { headers } = await server.request("DELETE", `${rg1}?${version}`);
    const other = "11111111-1111-4111-8111-111111111111";
    await server.addSubscription(other);
    const elsewhere = pathOf(headers["location"]).replace(testSubscriptionId, other);
    expect((await server.request("GET", elsewhere)).status).toBe(404);
  });
});
