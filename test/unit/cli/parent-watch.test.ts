import { expect, test } from "vitest";
import { parentsOf } from "../../../src/cli/parent-watch.ts";

const isLinux = process.platform === "linux";

test("without npm, Cuprite watches no process, or its parent with stopWithParent", () => {
  expect(parentsOf({ env: {}, stopWithParent: false })).toEqual([]);
  expect(parentsOf({ env: {}, stopWithParent: true })).toEqual([process.ppid]);
});

test("under npm, Cuprite watches its parent", () => {
  const env = { npm_lifecycle_event: "start" };
  expect(parentsOf({ env, stopWithParent: false })[0]).toBe(process.ppid);
});

test.runIf(isLinux)("when an older Node started this one, Cuprite watches the parent of that Node", () => {
  const env = { CUPRITE_HANDED_OVER_BY: String(process.ppid) };
  expect(parentsOf({ env, stopWithParent: false })).toEqual([process.ppid]);
  const parents = parentsOf({ env, stopWithParent: true });
  expect(parents).toHaveLength(2);
  expect(new Set(parents).size).toBe(2);
});
