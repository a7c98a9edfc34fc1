import { afterEach, beforeEach, expect, test } from "vitest";
import { listInSubscription, removeResource, saveResource } from "../../src/store/resources.ts";
import type { Transaction } from "../../src/store/store.ts";
import { TypeMemo } from "../../src/store/type-memo.ts";
import { openTempStore } from "../support/temp-store.ts";
import type { TempStore } from "../support/temp-store.ts";

let temp: TempStore;
beforeEach(async () => {
  temp = await openTempStore();
});
afterEach(() => temp.close());

const save = (tx: Transaction, name: string, typeKey = "locks") =>
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
  return { count, reads: () => reads };
}

test("what was read is read no more while nothing of its types is written", async () => {
  const { count, reads } = memoOf();
  await temp.store.write((tx) => save(tx, "a"));
  expect([await count(), await count()]).toEqual([1, 1]);
  await temp.store.write((tx) => save(tx, "x", "boxes"));
  await count();
  expect(reads()).toBe(1);
});

test.each(["locks", "roles"])("a write of one of its types (%s) has it read anew", async (typeKey) => {
  const { count, reads } = memoOf();
  await count();
  await temp.store.write((tx) => save(tx, "a", typeKey));
  expect(await count()).toBe(typeKey === "locks" ? 1 : 0);
  expect(reads()).toBe(2);
});

test("while a write is under way the committed state is told and not remembered", async () => {
  const { count } = memoOf();
  await temp.store.write(async (tx) => {
    await save(tx, "a");
    expect(await count()).toBe(0);
  });
  expect(await count()).toBe(1);
});

test("a write that comes while it is made is not missed", async () => {
  const { store } = temp;
  const memo = new TypeMemo<number>(store, ["locks"]);
  const count = async () => (await listInSubscription(store, { subscriptionKey: "s", typeKey: "locks" })).length;
  await memo.get("s", async () => {
    const before = await count();
    await store.write((tx) => save(tx, "a"));
    return before;
  });
  expect(await memo.get("s", count)).toBe(1);
});

test("what goes with the resource that it extends is missed at once", async () => {
  const { count } = memoOf();
  const extended = { key: "/s/a", typeKey: "boxes" };
  await temp.store.write(async (tx) => {
    await save(tx, "a", "boxes");
    await save(tx, "a/providers/n/locks/l");
  });
  expect(await count()).toBe(1);
  await temp.store.write((tx) => removeResource(tx, extended, 2));
  expect(await count()).toBe(0);
});
