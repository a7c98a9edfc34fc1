import { expect, test } from "vitest";
import { watchParent } from "../../../src/cli/parent-watch.ts";
import { ManualClock } from "../../support/manual-clock.ts";

test("the end of the parent is noticed within half a second, and told once", async () => {
  const clock = new ManualClock();
  let parent = 4711;
  let goneCount = 0;
  watchParent({ parentId: () => parent, clock, onGone: () => (goneCount += 1) });
  await clock.advance(10_000);
  expect(goneCount).toBe(0);
  parent = 1;
  await clock.advance(500);
  expect(goneCount).toBe(1);
  await clock.advance(10_000);
  expect(goneCount).toBe(1);
});
