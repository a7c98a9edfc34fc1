import { expect, test } from "vitest";
import { parseMachineTime, parseProcessTimes } from "../../../bench/support/kernel-accounting.ts";

test("a process's times are read behind a name with spaces and parentheses", () => {
  const stat = "4242 (node (1) x) S 17 4242 1 0 -1 4194560 900 0 1 0 250 50 30 20 20 0 11 0 1500 1000 200";
  expect(parseProcessTimes(stat)).toEqual({ parentPid: 17, own: 3, endedChildren: 0.5 });
});

test("the machine's work leaves out idle time and waiting for disks, and has interrupts and what the hypervisor took", () => {
  expect(parseMachineTime("cpu  100 20 30 9000 800 4 5 6 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n")).toBe(1.65);
});
