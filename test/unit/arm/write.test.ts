import { describe, expect, test } from "vitest";
import { gatewayResponse, type ArmRequest } from "../../../src/arm/resource-type.ts";
import { parseArmPath } from "../../../src/arm/resource-id.ts";
import { write } from "../../../src/arm/write.ts";
import { listActivities } from "../../support/list-activities.ts";
import { findResource, listChildren, removeResource, saveResource } from "../../../src/store/resources.ts";
import type { Store } from "../../../src/store/store.ts";
import { correlationId, exchangeOf, operation, owner, refusalOf, startedAtMs } from "../../support/exchange.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { box, deletingGroup, group, lid, seededStore, subscriptionId } from "../../support/seeded-store.ts";

const clock = new ManualClock(startedAtMs);
const subscription = `/subscriptions/${subscriptionId}`;

/** A request that the pipeline has let pass: what it goes through was there when it was looked at. */
async function requestFor(store: Store, resourceId: string, method = "PUT"): Promise<ArmRequest> {
  const ids = [subscription, group, deletingGroup, box].filter((id) => resourceId.startsWith(`${id}/`));
  const ancestors = await Promise.all(ids.map((id) => findResource(store, id)));
  const path = parseArmPath(resourceId);
  return {
    ...exchangeOf({ method, path, resourceId }),
    name: path.names.at(-1) ?? "",
    group: path.resourceGroup ?? "",
    subscriptionKey: path.subscriptionId ?? "",
    caller: owner,
    operation: operation("boxes/write"),
    ancestors: ancestors.flatMap((ancestor) => ancestor ?? []),
  };
}

const answer = async () => ({ response: gatewayResponse(201), detail: { from: "a", to: "b" } });

test("writes a resource and its activity in one transaction", async () => {
  const store = await seededStore();
  const response = await write({ store, clock }, await requestFor(store, `${group}/providers/N.S/as/a`), answer);
  expect(response.status).toBe(201);
  expect(await listActivities(store, `${group}/providers/N.S/AS/A`)).toMatchObject([
    {
      subscriptionKey: subscriptionId,
      resourceId: `${group}/providers/N.S/as/a`,
      action: "Sample.Boxes/boxes/write",
      caller: owner.objectId,
      correlationId,
      atMs: startedAtMs,
      detail: { status: 201, from: "a", to: "b" },
    },
  ]);
});

test("writes neither when the unit throws", async () => {
  const store = await seededStore();
  const request = await requestFor(store, `${group}/providers/N.S/as/a`);
  const failing = write({ store, clock }, request, async (tx, nowMs) => {
    const place = { id: request.resourceId, typeKey: "n.s/as", parentKey: group.toLowerCase() };
    await saveResource(tx, { ...place, subscriptionKey: subscriptionId, document: {} }, nowMs);
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect(await findResource(store, request.resourceId)).toBeUndefined();
  expect(await listActivities(store, request.resourceId)).toEqual([]);
});

describe("a write below what was deleted since the pipeline read it", () => {
  const remove = (store: Store, id: string) =>
    store.write(async (tx) => {
      const found = await findResource(tx, id);
      if (found !== undefined) await removeResource(tx, found);
    });

  test.each(["PUT", "PATCH"])(
    "refuses a write in a group that was deleted after the pipeline read it (%s)",
    async (method) => {
      const store = await seededStore();
      const request = await requestFor(store, box, method);
      await remove(store, group);
      expect(await refusalOf(() => write({ store, clock }, request, answer))).toMatchObject({
        code: "ResourceGroupNotFound",
        message: "Resource group 'rg1' could not be found.",
      });
    },
  );

  test("refuses a write in a group that is being deleted since the pipeline read it", async () => {
    const store = await seededStore();
    const request = await requestFor(store, `${deletingGroup}/providers/Sample.Boxes/boxes/b`);
    expect(await refusalOf(() => write({ store, clock }, request, answer))).toMatchObject({
      code: "ResourceGroupBeingDeleted",
      status: 409,
    });
  });

  test("refuses a write below a parent that was deleted after the pipeline read it", async () => {
    const store = await seededStore();
    const request = await requestFor(store, lid);
    await remove(store, box);
    expect(await refusalOf(() => write({ store, clock }, request, answer))).toMatchObject({
      code: "ParentResourceNotFound",
      message:
        "Failed to perform 'write' on resource(s) of type 'boxes/lids', " +
        `because the parent resource '${box}' could not be found.`,
    });
  });

  test("never refuses to delete what is left", async () => {
    const store = await seededStore();
    const request = await requestFor(store, lid, "DELETE");
    await remove(store, box);
    expect((await write({ store, clock }, request, answer)).status).toBe(201);
    expect(await listChildren(store, { parentKey: group.toLowerCase(), typeKey: "sample.boxes/boxes" })).toEqual([]);
  });
});
