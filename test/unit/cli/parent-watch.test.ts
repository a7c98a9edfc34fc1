import { expect, test } from "vitest";
import { parentsOf } from "../../../src/cli/parent-watch.ts";

const isLinux = process.platform === "linux";

test("without npm the end of no process ends Cuprite, unless that of its parent is to", () => {
  expect(parentsOf({ env: {}, stopWithParent: false })).toEqual([]);
  expect(parentsOf({ env: {}, stopWithParent: true })).toEqual([process.ppid]);
});

test("under npm the end of the parent ends Cuprite", () => {
  const env = { npm_lifecycle_event: "start" };
  expect(parentsOf({ env, stopWithParent: false })[0]).toBe(process.ppid);
});

test.runIf(isLinux)("behind a Node that handed over, the process that started that one counts as the parent", () => {
  const env = { CUPRITE_HANDED_OVER_BY: String(process.ppid) };
  expect(parentsOf({ env, stopWithParent: false })).toEqual([process.ppid]);
  const parents = parentsOf({ env, stopWithParent: true });
  expect(parents).toHaveLength(2);
  expect(new Set(parents).size).toBe(2);
});
