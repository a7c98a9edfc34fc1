import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findActivities, recordActivity, type ActivityQuery } from "../../src/store/activities.ts";
import type { Activity } from "../../src/store/activity-rows.ts";
import { openTempStore, type TempStore } from "../support/temp-store.ts";

let temp: TempStore;
beforeEach(async () => {
  temp = await openTempStore();
});
afterEach(() => temp.close());

const group = "/subscriptions/s/resourceGroups/rg1";
const activity: Activity = {
  subscriptionKey: "s",
  resourceId: `${group}/providers/N.S/boxes/B`,
  action: "N.S/boxes/write",
  caller: "oid",
  callerName: "Olivia",
  correlationId: "Cor-1",
  atMs: 10,
  outcome: "Succeeded",
  request: { method: "PUT" },
  detail: { status: 201 },
};

const record = (...activities: Partial<Activity>[]) =>
  temp.store.write(async (tx) => {
    for (const changes of activities) recordActivity(tx, { ...activity, ...changes });
  });

const everything: ActivityQuery = {
  subscriptionKey: "s",
  fromMs: 0,
  untilMs: 1_000,
  correlationId: "",
  resourceKey: "",
  groupKey: "",
  provider: "",
  outcome: "",
  caller: "",
};
const fromTheTop = { after: { atMs: 1_001, seq: 0 }, limit: 100 };

const find = async (query: Partial<ActivityQuery>) =>
  (await findActivities(temp.store, { ...everything, ...query }, fromTheTop)).map(({ resourceId }) => resourceId);

describe("activities", () => {
  test("activities are read as they were recorded", async () => {
    await record({});
    expect(await findActivities(temp.store, everything, fromTheTop)).toEqual([{ ...activity, seq: 1 }]);
  });

  test("activities are found newest first, those of one millisecond in reverse order of recording", async () => {
    await record({ resourceId: "/a" }, { resourceId: "/b", atMs: 20 }, { resourceId: "/c" });
    expect(await find({})).toEqual(["/b", "/c", "/a"]);
  });

  test("activities are found in pages that neither repeat nor miss one", async () => {
    const ids = ["/a", "/b", "/c", "/d"];
    await record(...ids.map((resourceId) => ({ resourceId })));
    const first = await findActivities(temp.store, everything, { ...fromTheTop, limit: 3 });
    const last = first[2];
    const after = { atMs: last?.atMs ?? 0, seq: last?.seq ?? 0 };
    const second = await findActivities(temp.store, everything, { after, limit: 3 });
    expect([...first, ...second].map(({ resourceId }) => resourceId)).toEqual(ids.toReversed());
  });

  test.each<[string, Partial<Activity>, Partial<ActivityQuery>]>([
    ["subscription", { subscriptionKey: "other" }, {}],
    ["beginning", { atMs: 9 }, { fromMs: 10 }],
    ["end", { atMs: 11 }, { untilMs: 10 }],
    ["correlation id", { correlationId: "other" }, { correlationId: "cor-1" }],
    ["resource", { resourceId: "/other" }, { resourceKey: activity.resourceId.toLowerCase() }],
    ["resource group", { resourceId: `${group}0/providers/N.S/boxes/x` }, { groupKey: group.toLowerCase() }],
    ["resource group with a hyphen", { resourceId: `${group}-2` }, { groupKey: group.toLowerCase() }],
    ["provider", { action: "N.S2/boxes/write" }, { provider: "n.s" }],
    ["outcome", { outcome: "Failed" }, { outcome: "succeeded" }],
    ["caller by name", { callerName: "Gus", caller: "x" }, { caller: "olivia" }],
    ["caller by object id", { caller: "other" }, { caller: "oid" }],
  ])("leaves out activities with another %s", async (_, other, query) => {
    await record({}, other);
    expect(await find(query)).toEqual([activity.resourceId]);
  });

  test("activities of a resource group include those on the group itself", async () => {
    await record({ resourceId: group });
    expect(await find({ groupKey: group.toLowerCase() })).toEqual([group]);
  });
});
