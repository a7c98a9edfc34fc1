import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { systemClock } from "../../../src/kernel/clock.ts";

const dayMs = 86_400_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date", "performance", "setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Sets the time of day as a person does: no time passes. */
const setAhead = (ms: number): void => void vi.setSystemTime(Date.now() + ms);

test.each([-dayMs, dayMs])("a wait for time to pass is as long when the time of day is set by %d ms", (setMs) => {
  const wake = vi.fn<() => void>();
  systemClock.wakeIn(5_000, wake);
  setAhead(setMs);
  vi.advanceTimersByTime(4_999);
  expect(wake).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(wake).toHaveBeenCalledOnce();
});

test("a wait for a time of day ends within ten seconds of its being set past that", () => {
  const wake = vi.fn<() => void>();
  systemClock.wakeAt(Date.now() + dayMs, wake);
  vi.advanceTimersByTime(60_000);
  expect(wake).not.toHaveBeenCalled();
  setAhead(dayMs);
  vi.advanceTimersByTime(10_000);
  expect(wake).toHaveBeenCalledOnce();
});

test("a wait for a time of day goes on when that is set back", () => {
  const wake = vi.fn<() => void>();
  systemClock.wakeAt(Date.now() + 5_000, wake);
  setAhead(-60_000);
  vi.advanceTimersByTime(64_999);
  expect(wake).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(wake).toHaveBeenCalledOnce();
});

test("a wait of more than 2^31 milliseconds ends when it is over", () => {
  const wake = vi.fn<() => void>();
  systemClock.wakeIn(30 * dayMs, wake);
  vi.advanceTimersByTime(30 * dayMs - 1);
  expect(wake).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(wake).toHaveBeenCalledOnce();
});

test.each(["wakeAt", "wakeIn"] as const)("what %s was asked for does not happen once it is taken back", (kind) => {
  const wake = vi.fn<() => void>();
  const takeBack = kind === "wakeAt" ? systemClock.wakeAt(Date.now() + 60_000, wake) : systemClock.wakeIn(60_000, wake);
  vi.advanceTimersByTime(30_000);
  takeBack();
  vi.advanceTimersByTime(dayMs);
  expect(wake).not.toHaveBeenCalled();
});

test("steady time is in whole milliseconds, passes with the machine's and is not set with the time of day", () => {
  const before = systemClock.steadyMs();
  expect(Number.isSafeInteger(before)).toBe(true);
  setAhead(-dayMs);
  vi.advanceTimersByTime(1_000);
  expect(systemClock.steadyMs() - before).toBe(1_000);
});
