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

test.each([-dayMs, dayMs])("wakeIn waits equally long when the time of day is set by %d ms", (setMs) => {
  const wake = vi.fn<() => void>();
  systemClock.wakeIn(5_000, wake);
  setAhead(setMs);
  vi.advanceTimersByTime(4_999);
  expect(wake).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(wake).toHaveBeenCalledOnce();
});

test("wakeAt wakes within ten seconds after the time of day was set past its time", () => {
  const wake = vi.fn<() => void>();
  systemClock.wakeAt(Date.now() + dayMs, wake);
  vi.advanceTimersByTime(60_000);
  expect(wake).not.toHaveBeenCalled();
  setAhead(dayMs);
  vi.advanceTimersByTime(10_000);
  expect(wake).toHaveBeenCalledOnce();
});

test("wakeAt goes on waiting when the time of day is set back", () => {
  const wake = vi.fn<() => void>();
  systemClock.wakeAt(Date.now() + 5_000, wake);
  setAhead(-60_000);
  vi.advanceTimersByTime(64_999);
  expect(wake).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(wake).toHaveBeenCalledOnce();
});

test("wakeIn can wait for more than 2^31 milliseconds", () => {
  const wake = vi.fn<() => void>();
  systemClock.wakeIn(30 * dayMs, wake);
  vi.advanceTimersByTime(30 * dayMs - 1);
  expect(wake).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(wake).toHaveBeenCalledOnce();
});

test.each(["wakeAt", "wakeIn"] as const)("%s does not wake after it was cancelled", (kind) => {
  const wake = vi.fn<() => void>();
  const takeBack = kind === "wakeAt" ? systemClock.wakeAt(Date.now() + 60_000, wake) : systemClock.wakeIn(60_000, wake);
  vi.advanceTimersByTime(30_000);
  takeBack();
  vi.advanceTimersByTime(dayMs);
  expect(wake).not.toHaveBeenCalled();
});

test("steadyMs counts whole milliseconds that passed and is not set with the time of day", () => {
  const before = systemClock.steadyMs();
  expect(Number.isSafeInteger(before)).toBe(true);
  setAhead(-dayMs);
  vi.advanceTimersByTime(1_000);
  expect(systemClock.steadyMs() - before).toBe(1_000);
});
