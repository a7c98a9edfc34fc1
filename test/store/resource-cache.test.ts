import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { TypeMemo } from "../../src/store/type-memo.ts";
import {
  findResource,
  listBelow,
  listInSubscription,
  removeResource,
  saveResource,
  updateResource,
} from "../../src/store/resources.ts";
import type { Store, Transaction } from "../../src/store/store.ts";
import { openTempStore, type TempStore } from "../support/temp-store.ts";

let temp: TempStore;
beforeEach(async () => {
  temp = await openTempStore();
});
afterEach(() => temp.close());

interface Counter {
  n: number;
}

const save = (tx: Transaction, name: string, n: number) =>
  saveResource<Counter>(tx, { id: `/x/${name}`, typeKey: "t", parentKey: "", subscriptionKey: "", document: { n } }, 1);

/** What the database says, whatever is in memory. */
async function stored(store: Store): Promise<Record<string, number>> {
  const rows = await listBelow(store, "/x");
  return Object.fromEntries(rows.map(({ key, document }) => [key, Number(document["n"])]));
}

async function cached(store: Store, names: readonly string[]): Promise<Record<string, number>> {
  const found = await Promise.all(names.map((name) => findResource<Counter>(store, `/x/${name}`)));
  return Object.fromEntries(found.flatMap((each) => (each === undefined ? [] : [[each.key, each.document.n]])));
}

test("keeps in memory what the database has after any mix of concurrent writes, refusals and reads", async () => {
  const names = ["a", "b", "c"];
  const step = fc.record({
    kind: fc.constantFrom("save", "update", "remove", "failAfterWriting", "refuse", "read"),
    name: fc.constantFrom(...names),
    n: fc.nat(),
  });
  const { store } = temp;
  const run = ({ kind, name, n }: { kind: string; name: string; n: number }): Promise<unknown> => {
    if (kind === "read") return findResource(store, `/x/${name}`);
    return store.write(async (tx) => {
      const current = await findResource<Counter>(tx, `/x/${name}`);
      if (kind === "refuse") throw new Error("refused");
      if (kind === "save" || kind === "failAfterWriting") await save(tx, name, n);
      if (kind === "update" && current !== undefined) await updateResource(tx, current, { document: { n } }, 2);
      if (kind === "remove" && current !== undefined) await removeResource(tx, current);
      if (kind === "failAfterWriting") throw new Error("failed");
    });
  };
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(step, { maxLength: 8 }), { maxLength: 6 }), async (groups) => {
      for (const group of groups) {
        await Promise.allSettled(group.map(run));
        expect(await cached(store, names)).toEqual(await stored(store));
      }
    }),
    { numRuns: 60 },
  );
});

test("shows a unit what it wrote itself, and nobody else before the commit", async () => {
  await temp.store.write((tx) => save(tx, "a", 1));
  await findResource(temp.store, "/x/a");
  await temp.store.write(async (tx) => {
    await save(tx, "a", 2);
    expect((await findResource<Counter>(tx, "/x/a"))?.document.n).toBe(2);
    expect((await findResource<Counter>(temp.store, "/x/a"))?.document.n).toBe(1);
    await removeResource(tx, { key: "/x/a", typeKey: "t", parentKey: "", subscriptionKey: "" });
    expect(await findResource(tx, "/x/a")).toBeUndefined();
  });
  expect(await findResource(temp.store, "/x/a")).toBeUndefined();
});

test("protects what is in memory from changes by its readers", async () => {
  await temp.store.write((tx) => save(tx, "a", 1));
  const read = await findResource<Counter>(temp.store, "/x/a");
  expect(() => Object.assign(read?.document ?? {}, { n: 2 })).toThrow(TypeError);
  expect((await findResource<Counter>(temp.store, "/x/a"))?.document.n).toBe(1);
});

const saveEmpty = (tx: Transaction, name: string, typeKey = "locks") =>
  saveResource(tx, { id: `/s/${name}`, typeKey, parentKey: "", subscriptionKey: "s", document: {} }, 1);

function memoOf() {
  const { store } = temp;
  const memo = new TypeMemo<number>(store, ["locks", "roles"]);
  let reads = 0;
  const count = () =>
    memo.get("s", async () => {
      reads += 1;
      return (await listInSubscription(store, { subscriptionKey: "s", typeKey: "locks" })).length;
    });
  return { count, reads: () => reads, known: () => memo.known("s") };
}

test("a memo reads once while nothing of its types is written", async () => {
  const { count, reads } = memoOf();
  await temp.store.write((tx) => saveEmpty(tx, "a"));
  expect([await count(), await count()]).toEqual([1, 1]);
  await temp.store.write((tx) => saveEmpty(tx, "x", "boxes"));
  await count();
  expect(reads()).toBe(1);
});

test.each(["locks", "roles"])("a memo reads again after a write to one of its types (%s)", async (typeKey) => {
  const { count, reads } = memoOf();
  await count();
  await temp.store.write((tx) => saveEmpty(tx, "a", typeKey));
  expect(await count()).toBe(typeKey === "locks" ? 1 : 0);
  expect(reads()).toBe(2);
});

test("a memo returns the committed state during a write and does not remember it", async () => {
  const { count } = memoOf();
  await temp.store.write(async (tx) => {
    await saveEmpty(tx, "a");
    expect(await count()).toBe(0);
  });
  expect(await count()).toBe(1);
});

test("a memo notices a write while its value is being made", async () => {
  const { store } = temp;
  const memo = new TypeMemo<number>(store, ["locks"]);
  const count = async () => (await listInSubscription(store, { subscriptionKey: "s", typeKey: "locks" })).length;
  await memo.get("s", async () => {
    const before = await count();
    await store.write((tx) => saveEmpty(tx, "a"));
    return before;
  });
  expect(await memo.get("s", count)).toBe(1);
});

test("a memo notices when a resource is removed with the one that it extends", async () => {
  const { count } = memoOf();
  const extended = { key: "/s/a", typeKey: "boxes", parentKey: "", subscriptionKey: "s" };
  await temp.store.write(async (tx) => {
    await saveEmpty(tx, "a", "boxes");
    await saveEmpty(tx, "a/providers/n/locks/l");
  });
  expect(await count()).toBe(1);
  await temp.store.write((tx) => removeResource(tx, extended));
  expect(await count()).toBe(0);
});

test("a memo knows at once only what is still true", async () => {
  const { count, known } = memoOf();
  expect(known()).toBeUndefined();
  await count();
  expect(known()).toBe(0);
  await temp.store.write(async (tx) => {
    await saveEmpty(tx, "a");
    expect(known()).toBeUndefined();
  });
  expect(known()).toBeUndefined();
  await count();
  expect(known()).toBe(1);
  const refused = temp.store.write(async (tx) => {
    await saveEmpty(tx, "b");
    throw new Error("refused");
  });
  await expect(refused).rejects.toThrow("refused");
  await count();
  expect(known()).toBe(1);
});
