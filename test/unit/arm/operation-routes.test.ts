import { describe, expect, test } from "vitest";
import { operationResultsType, operationStatusType } from "../../../src/arm/operation-routes.ts";
import { providerResponse, type ResourceType } from "../../../src/arm/resource-type.ts";
import type { Timing } from "../../../src/operations/timing.ts";
import type { ProviderServices } from "../../../src/providers/provider-services.ts";
import { OperationFailure } from "../../../src/operations/operation-kind.ts";
import { operation, resourceType } from "../../support/exchange.ts";
import { startArmServer, testSubscriptionId, type ArmServer } from "../../support/arm-server.ts";
import { stamped } from "../../support/stamped.ts";

const version = "api-version=2024-01-01";
const fixed = { kind: "fixed", durationMs: 10_000 } as const;

/** A provider whose boxes are read as `{ box: id }`, unless they are gone, and whose one kind of work may fail. */
const following =
  (given: { isGone?: boolean; fails?: boolean }) =>
  (services: ProviderServices): ResourceType[] => {
    const { store, timing } = services;
    const get = operation("boxes/read", { handle: async () => providerResponse(200) });
    const of: ResourceType = resourceType(["boxes"], { operations: { get } });
    const common = { store, timing, namespace: "Sample.Boxes", apiVersions: of.apiVersions, locations: of.locations };
    const read = async (_request: object, id: string) => (given.isGone === true ? undefined : { box: id });
    const succeed = async () => {
      if (given.fails === true) throw new OperationFailure({ code: "InsufficientCapacity", message: "Nothing left." });
    };
    const work = [{ name: "boxes.work", azureDurationMs: 10_000, succeed, fail: async () => undefined }];
    return [{ ...of, work }, operationStatusType(common), operationResultsType({ ...common, of, read })];
  };

interface Followed {
  readonly server: ArmServer;
  readonly id: string;
  readonly box: string;
  readonly status: string;
  readonly result: string;
}

async function startWork(
  given: { isGone?: boolean; fails?: boolean; timing?: Timing; input?: object } = {},
): Promise<Followed> {
  const server = await startArmServer({ timing: given.timing ?? fixed, providers: [following(given)] });
  const box = `${await server.addGroup()}/providers/Sample.Boxes/boxes/b1`;
  const begun = await server.store.write((tx) =>
    server.operations.begin(tx, {
      kind: "boxes.work",
      subscriptionKey: testSubscriptionId,
      resourceId: box,
      location: "East US",
      input: { ...given.input },
    }),
  );
  const id = begun?.id ?? "";
  const status = `${server.subscription}/providers/Sample.Boxes/locations/East%20US/operationsStatus/${id}`;
  return { server, id, box, status, result: `${box}/operationresults/${id}` };
}

describe("the status of an operation", () => {
  test("shows an operation in Azure's states with exactly five keys and times as .NET writes them", async () => {
    const { server, status, id } = await startWork();
    const read = async () => (await server.request("GET", `${status}?${version}&t=1&c=2&s=3&h=4`)).body;
    const common = {
      id: `${server.subscription}/providers/Sample.Boxes/locations/East US/operationsStatus/${id}`,
      name: id,
      startTime: "2026-01-01T00:00:00+00:00",
    };
    expect(await read()).toEqual({ ...common, status: "Pending", endTime: "0001-01-01T00:00:00+00:00" });
    await server.clock.advance(1_250);
    expect(await read()).toEqual({ ...common, status: "InProgress", endTime: "2026-01-01T00:00:01+00:00" });
    await server.clock.advance(9_000);
    expect(await read()).toEqual({ ...common, status: "Succeeded", endTime: "2026-01-01T00:00:10+00:00" });
  });

  test("sets Retry-After on the status of an operation to one second under a fixed timing, until it has ended", async () => {
    const { server, status } = await startWork();
    expect((await server.request("GET", `${status}?${version}`)).headers["retry-after"]).toBe("1");
    await server.clock.advance(10_000);
    expect((await server.request("GET", `${status}?${version}`)).headers).not.toHaveProperty("retry-after");
    const azure = await startWork({ timing: { kind: "azure" } });
    expect((await azure.server.request("GET", `${azure.status}?${version}`)).headers).not.toHaveProperty("retry-after");
  });

  test("returns the status of failed work as 200 with its error", async () => {
    const { server, status } = await startWork({ fails: true });
    await server.clock.advance(10_000);
    const answer = await server.request("GET", `${status}?${version}`);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      status: "Failed",
      error: { code: "InsufficientCapacity", message: "Nothing left." },
    });
  });

  test("shows the status of an operation after its resource group was deleted", async () => {
    const { server, status, box } = await startWork();
    await server.request("DELETE", `${box.split("/providers/")[0] ?? ""}?${version}`);
    await server.clock.advance(20_000);
    expect((await server.request("GET", `${status}?${version}`)).status).toBe(200);
  });

  test("hides the status of an operation from other subscriptions, and refuses unknown ids", async () => {
    const { server, status, id } = await startWork();
    const other = await server.addSubscription("11111111-1111-4111-8111-111111111111");
    const answer = await server.request("GET", `${status.replace(server.subscription, other)}?${version}`);
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual({
      error: {
        code: "OperationNotFound",
        message: stamped(`The operation '${id}' could not be found in this subscription.`),
        target: null,
      },
    });
    expect((await server.request("GET", `${status}0?${version}`)).status).toBe(404);
  });
});

describe("the result of an operation", () => {
  test("returns the result of an operation as 202 with its own URL, then as the resource", async () => {
    const { server, result, box } = await startWork();
    const underWay = await server.request("GET", `${result}?${version}`);
    expect(underWay).toMatchObject({ status: 202, text: "" });
    expect(underWay.headers).toMatchObject({
      location: `https://localhost:8443${result}?${version}`,
      "retry-after": "1",
    });
    await server.clock.advance(10_000);
    expect(await server.request("GET", `${result}?${version}`)).toMatchObject({ status: 200, body: { box } });
  });

  test("returns the result as 204 when the resource is gone, and as an empty 200 after an action without a body", async () => {
    const gone = await startWork({ isGone: true });
    await gone.server.clock.advance(10_000);
    expect(await gone.server.request("GET", `${gone.result}?${version}`)).toMatchObject({ status: 204, text: "" });
    const action = await startWork({ input: { answersResource: false } });
    await action.server.clock.advance(10_000);
    expect(await action.server.request("GET", `${action.result}?${version}`)).toMatchObject({ status: 200, text: "" });
  });

  test("returns the result of failed work as its error, and of cancelled work as a conflict", async () => {
    const failed = await startWork({ fails: true });
    await failed.server.clock.advance(10_000);
    expect(await failed.server.request("GET", `${failed.result}?${version}`)).toMatchObject({
      status: 500,
      body: { error: { code: "InsufficientCapacity", message: "Nothing left." } },
    });
    const cancelled = await startWork();
    await cancelled.server.store.write((tx) => cancelled.server.operations.cancelAll(tx, cancelled.box));
    expect(await cancelled.server.request("GET", `${cancelled.result}?${version}`)).toMatchObject({
      status: 409,
      body: { error: { code: "Canceled", message: "The operation was superseded by another operation." } },
    });
  });

  test("hides the result of an operation below another resource", async () => {
    const { server, result } = await startWork();
    expect((await server.request("GET", `${result.replace("/b1/", "/b2/")}?${version}`)).status).toBe(404);
  });
});
