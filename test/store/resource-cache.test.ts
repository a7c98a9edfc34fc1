import fc from "fast-check";
import { expect, test } from "vitest";
import { findResource, listBelow, removeResource, saveResource, updateResource } from "../../src/store/resources.ts";
import type { Store, Transaction } from "../../src/store/store.ts";
import { openTempStore } from "../support/temp-store.ts";

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

test("resources in memory are those in the database after any mix of writes, refusals and reads at once", async () => {
  const names = ["a", "b", "c"];
  const step = fc.record({
    kind: fc.constantFrom("save", "update", "remove", "failAfterWriting", "refuse", "read"),
    name: fc.constantFrom(...names),
    n: fc.nat(),
  });
  const temp = await openTempStore();
  const { store } = temp;
  const run = ({ kind, name, n }: { kind: string; name: string; n: number }): Promise<unknown> => {
    if (kind === "read") return findResource(store, `/x/${name}`);
    return store.write(async (tx) => {
      const current = await findResource<Counter>(tx, `/x/${name}`);
      if (kind === "refuse") throw new Error("refused");
      if (kind === "save" || kind === "failAfterWriting") await save(tx, name, n);
      if (kind === "update" && current !== undefined) await updateResource(tx, current, { document: { n } }, 2);
      if (kind === "remove" && current !== undefined) await removeResource(tx, current, 2);
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
  await temp.close();
});

test("a unit sees what it wrote itself, and nobody else does before the commit", async () => {
  const temp = await openTempStore();
  await temp.store.write((tx) => save(tx, "a", 1));
  await findResource(temp.store, "/x/a");
  await temp.store.write(async (tx) => {
    await save(tx, "a", 2);
    expect((await findResource<Counter>(tx, "/x/a"))?.document.n).toBe(2);
    expect((await findResource<Counter>(temp.store, "/x/a"))?.document.n).toBe(1);
    await removeResource(tx, { key: "/x/a", typeKey: "t" }, 2);
    expect(await findResource(tx, "/x/a")).toBeUndefined();
  });
  expect(await findResource(temp.store, "/x/a")).toBeUndefined();
  await temp.close();
});

test("what is in memory cannot be changed by who reads it", async () => {
  const temp = await openTempStore();
  await temp.store.write((tx) => save(tx, "a", 1));
  const read = await findResource<Counter>(temp.store, "/x/a");
  expect(() => Object.assign(read?.document ?? {}, { n: 2 })).toThrow(TypeError);
  expect((await findResource<Counter>(temp.store, "/x/a"))?.document.n).toBe(1);
  await temp.close();
});
