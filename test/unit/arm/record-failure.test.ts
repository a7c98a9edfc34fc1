import { expect, test } from "vitest";
import { subscriptionNotFound } from "../../../src/arm/errors.ts";
import { parseArmPath } from "../../../src/arm/resource-id.ts";
import type { Exchange } from "../../../src/arm/pipeline/exchange.ts";
import { recordFailure } from "../../../src/arm/write.ts";
import { createLog } from "../../../src/kernel/log.ts";
import { listActivities } from "../../support/list-activities.ts";
import { findResources } from "../../../src/store/resources.ts";
import type { Store } from "../../../src/store/store.ts";
import { correlationId, exchangeOf, operation, owner, requestId, startedAtMs } from "../../support/exchange.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { box, seededStore, subscriptionId } from "../../support/seeded-store.ts";

const error = subscriptionNotFound("x");

async function refusedOn(store: Store, given: Partial<Exchange> = {}): Promise<Exchange> {
  const found = await findResources(store, [`/subscriptions/${subscriptionId}`]);
  return exchangeOf({
    method: "PUT",
    path: parseArmPath(box),
    resourceId: box,
    operation: operation("boxes/write"),
    ancestors: [...found.values()],
    ...given,
  });
}

const services = (store: Store) => ({ store, clock: new ManualClock(startedAtMs), log: createLog("silent") });

test("records a refused change with its caller, action and reason", async () => {
  const store = await seededStore();
  await recordFailure(await refusedOn(store, { clientRequestId: "mine" }), error, services(store));
  expect(await listActivities(store, box)).toEqual([
    {
      seq: 1,
      subscriptionKey: subscriptionId,
      resourceId: box,
      action: "Sample.Boxes/boxes/write",
      caller: owner.objectId,
      callerName: owner.name,
      correlationId,
      atMs: startedAtMs,
      outcome: "Failed",
      request: { method: "PUT", requestId, clientRequestId: "mine" },
      detail: { status: 404, error: { code: error.code, message: error.message } },
    },
  ]);
});

test.each<[string, Partial<Exchange>]>([
  ["a read", { method: "GET" }],
  ["a request of nobody", { caller: undefined }],
  ["a request for nothing that there is", { operation: undefined }],
  ["a request outside of subscriptions", { ancestors: [] }],
])("does not record %s", async (_, given) => {
  const store = await seededStore();
  await recordFailure(await refusedOn(store, given), error, services(store));
  expect(await listActivities(store, box)).toEqual([]);
});

test("returns the refusal although the store cannot record it", async () => {
  const store = await seededStore();
  const exchange = await refusedOn(store);
  const broken = { ...services(store), store: { write: () => Promise.reject(new Error("full")) } as unknown as Store };
  await expect(recordFailure(exchange, error, broken)).resolves.toBeUndefined();
});
