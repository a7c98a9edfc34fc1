import { expect, test } from "vitest";
import { LatestOnlyQueue } from "../../../src/data-plane/latest-only-queue.ts";

test("a queue that keeps only the latest value skips values that were overtaken", async () => {
  const applied: number[] = [];
  const gate = Promise.withResolvers<void>();
  const queue = new LatestOnlyQueue<number>(async (value) => {
    applied.push(value);
    await gate.promise;
  });
  const pushes = [1, 2, 3, 4].map((value) => queue.push(value));
  gate.resolve();
  await Promise.all(pushes);
  expect(applied).toEqual([1, 4]);
  await queue.push(5);
  expect(applied).toEqual([1, 4, 5]);
});
