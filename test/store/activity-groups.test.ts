import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { findActivities, forgetActivitiesBefore, newestFirst, recordActivity } from "../../src/store/activities.ts";
import type { ActivityQuery } from "../../src/store/activities.ts";
import type { Activity } from "../../src/store/activity-rows.ts";
import { prepare } from "../../src/store/prepared.ts";
import type { Queryable, Store, Transaction } from "../../src/store/store.ts";
import { openTempStore } from "../support/temp-store.ts";

/** Words that differ in case, begin with each other and need escapes in JSON. */
const ids = ["/g", "/G/providers/N.S/boxes/A", "/g/providers/n.s/boxes/a", "/g-2/x", "/g0", '/g/"ö\\'];
const callers = ["oid", "Oid", "olivia"];

const activities: fc.Arbitrary<Activity> = fc.record({
  subscriptionKey: fc.constantFrom("s", "t"),
  resourceId: fc.constantFrom(...ids),
  action: fc.constantFrom("N.S/boxes/write", "N.S2/boxes/write", "n.s/boxes/delete"),
  caller: fc.constantFrom(...callers),
  callerName: fc.constantFrom("Olivia", "Gus", "oid"),
  correlationId: fc.constantFrom("Cor-1", "cor-1", "cor-10"),
  atMs: fc.integer({ min: 10, max: 14 }),
  outcome: fc.constantFrom("Succeeded", "Accepted", "Failed"),
  request: fc.constant({ method: "PUT" }),
  detail: fc.record({ n: fc.nat() }),
});

type Fate = "commits" | "is refused before it records" | "throws at its end" | "reads";

interface Unit {
  readonly records: readonly Activity[];
  readonly fate: Fate;
}

const units: fc.Arbitrary<Unit> = fc.record({
  records: fc.array(activities, { maxLength: 4 }),
  fate: fc.constantFrom<Fate>("commits", "commits", "is refused before it records", "throws at its end", "reads"),
});

const orAll = (...words: string[]) => fc.constantFrom("", "", ...words);

const queries: fc.Arbitrary<ActivityQuery> = fc.record({
  subscriptionKey: fc.constantFrom("s", "t"),
  fromMs: fc.integer({ min: 9, max: 13 }),
  untilMs: fc.oneof(fc.integer({ min: 11, max: 15 }), fc.constant(Number.MAX_SAFE_INTEGER)),
  correlationId: orAll("cor-1"),
  resourceKey: orAll("/g", "/g/providers/n.s/boxes/a"),
  groupKey: orAll("/g", "/g-2"),
  provider: orAll("n.s"),
  outcome: orAll("failed"),
  caller: orAll("oid", "olivia"),
});

/** What a table with a row for each activity would return. */
function inRows(recorded: readonly Activity[], query: ActivityQuery): Activity[] {
  const key = (each: Activity) => each.resourceId.toLowerCase();
  const asked = (word: string, isMet: boolean) => word === "" || isMet;
  const found = recorded.filter(
    (each) =>
      each.subscriptionKey === query.subscriptionKey &&
      each.atMs >= query.fromMs &&
      each.atMs <= query.untilMs &&
      asked(query.correlationId, each.correlationId.toLowerCase() === query.correlationId) &&
      asked(query.resourceKey, key(each) === query.resourceKey) &&
      asked(query.groupKey, key(each) === query.groupKey || key(each).startsWith(`${query.groupKey}/`)) &&
      asked(query.provider, each.action.toLowerCase().startsWith(`${query.provider}/`)) &&
      asked(query.outcome, each.outcome.toLowerCase() === query.outcome) &&
      asked(query.caller, each.caller === query.caller || each.callerName.toLowerCase() === query.caller),
  );
  return found.toReversed().toSorted((a, b) => b.atMs - a.atMs);
}

async function readPages(from: Queryable | Transaction, query: ActivityQuery, limit: number): Promise<Activity[]> {
  const all: Activity[] = [];
  const numbers = new Set<number>();
  let after = { atMs: Number.MAX_SAFE_INTEGER, seq: Number.MAX_SAFE_INTEGER };
  for (;;) {
    const page = await findActivities(from, query, { after, limit });
    for (const { seq, ...activity } of page) {
      all.push(activity);
      numbers.add(seq);
      after = { atMs: activity.atMs, seq };
    }
    expect(page.length).toBeLessThanOrEqual(limit);
    if (page.length < limit) break;
  }
  expect(numbers.size).toBe(all.length);
  return all;
}

/** Runs a unit's part of a group; a unit that reads resolves with what it found after its own records. */
async function run(tx: Transaction, { records, fate }: Unit, query: ActivityQuery): Promise<Activity[] | undefined> {
  if (fate === "is refused before it records") throw new Error(fate);
  for (const activity of records) recordActivity(tx, activity);
  if (fate === "throws at its end") throw new Error(fate);
  return fate === "reads" ? await readPages(tx, query, 2) : undefined;
}

/** Runs a group, checks what became of each unit, and returns what was recorded before it and in it. */
async function runGroup(
  store: Store,
  { group, recorded, query }: { group: readonly Unit[]; recorded: readonly Activity[]; query: ActivityQuery },
): Promise<Activity[]> {
  const results = await Promise.allSettled(group.map((unit) => store.write((tx) => run(tx, unit, query))));
  const all = [...recorded];
  for (const [index, { records, fate }] of group.entries()) {
    const isDone = fate === "commits" || fate === "reads";
    if (isDone) all.push(...records);
    const value = fate === "reads" ? inRows(all, query) : undefined;
    expect(results[index]).toMatchObject(isDone ? { value } : { reason: { message: fate } });
  }
  return all;
}

test("activities of groups are found as if each had a row of its own", async () => {
  const groups = fc.array(fc.array(units, { minLength: 1, maxLength: 5 }), { maxLength: 6 });
  const asked = fc.array(fc.record({ query: queries, limit: fc.integer({ min: 1, max: 7 }) }), { minLength: 1 });
  const forgotten = fc.integer({ min: 9, max: 15 });
  await fc.assert(
    fc.asyncProperty(groups, queries, asked, forgotten, async (groupsOfUnits, inUnits, questions, beforeMs) => {
      const temp = await openTempStore();
      try {
        let recorded: Activity[] = [];
        for (const group of groupsOfUnits) {
          recorded = await runGroup(temp.store, { group, recorded, query: inUnits });
        }
        for (const { query, limit } of questions) {
          expect(await readPages(temp.store, query, limit)).toEqual(inRows(recorded, query));
        }
        await temp.store.write((tx) => forgetActivitiesBefore(tx, beforeMs));
        const kept = recorded.filter(({ atMs }) => atMs >= beforeMs);
        expect(await readPages(temp.store, inUnits, 3)).toEqual(inRows(kept, inUnits));
      } finally {
        await temp.close();
      }
    }),
    { numRuns: 60 },
  );
});

test("activities of one millisecond share rows of 256, and those of a group are in one", async () => {
  const temp = await openTempStore();
  onTestFinished(() => temp.close());
  const [activity] = fc.sample(activities, { numRuns: 1, seed: 1 });
  const record = (times: number) =>
    temp.store.write(async (tx) => {
      for (let count = 0; count < times; count += 1) recordActivity(tx, activity as Activity);
    });
  await Promise.all(Array.from({ length: 20 }, () => record(1)));
  await record(300);
  const rows = prepare<object, { seq: number; size: number }>("select seq, size from activities order by seq");
  expect(await temp.store.all(rows, {})).toEqual([
    { seq: 1, size: 20 },
    { seq: 21, size: 256 },
    { seq: 277, size: 44 },
  ]);
});

test("a page is read through the index on time, from its cursor on and without sorting", async () => {
  const temp = await openTempStore();
  onTestFinished(() => temp.close());
  const plan = prepare<object, { detail: string }>(`explain query plan ${newestFirst.sql}`);
  const values = { atMs: 2, seq: 1, fromMs: 1, subscriptionKey: "s", limit: 3 };
  const steps = (await temp.store.all(plan, values)).map(({ detail }) => detail);
  expect(steps).toEqual(["SEARCH activities USING INDEX activities_by_time (at_ms>? AND at_ms<?)"]);
});
