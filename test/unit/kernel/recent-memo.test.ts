import { expect, test } from "vitest";
import { RecentMemo } from "../../../src/kernel/recent-memo.ts";

test("remembers what was asked for recently and forgets the rest", () => {
  const memo = new RecentMemo<{ n: number }>(2);
  for (let n = 0; n < 4; n += 1) memo.set(`k${n}`, { n });
  expect([memo.get("k3")?.n, memo.get("k1")?.n, memo.get("k4")?.n]).toEqual([3, 1, undefined]);
  for (let n = 4; n < 8; n += 1) memo.set(`k${n}`, { n });
  expect(memo.get("k1")).toBeUndefined();
});

test("keeps a value that is asked for again and again", () => {
  const memo = new RecentMemo<object>(2);
  const kept = {};
  memo.set("kept", kept);
  for (let n = 0; n < 20; n += 1) {
    memo.set(`k${n}`, {});
    expect(memo.get("kept")).toBe(kept);
  }
  expect(memo.get("k0")).toBeUndefined();
});
