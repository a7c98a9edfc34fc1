import { expect, test } from "vitest";
import { Latest } from "../../../src/data-plane/latest-only-queue.ts";

test("what is overtaken while another is applied is passed over", async () => {
  const applied: number[] = [];
  const gate = Promise.withResolvers<void>();
  const latest = new Latest<number>(async (value) => {
    applied.push(value);
    await gate.promise;
  });
  const pushes = [1, 2, 3, 4].map((value) => latest.push(value));
  gate.resolve();
  await Promise.all(pushes);
  expect(applied).toEqual([1, 4]);
  await latest.push(5);
  expect(applied).toEqual([1, 4, 5]);
});
