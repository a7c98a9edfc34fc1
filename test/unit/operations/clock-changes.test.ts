import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { createLog } from "../../../src/kernel/log.ts";
import { engineLimits, type Timing } from "../../../src/operations/timing.ts";
import { OperationEngine } from "../../../src/operations/operation-engine.ts";
import type { OperationKind } from "../../../src/operations/operation-kind.ts";
import { findOperation } from "../../../src/store/operations.ts";
import type { Store } from "../../../src/store/store.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { openTempStore } from "../../support/temp-store.ts";

const lengthMs = 10_000;
const hourMs = 3_600_000;
const setForwardOrBack = [
  ["forward", 24 * hourMs],
  ["back", -24 * hourMs],
] as const;

interface Options {
  readonly store: Store;
  readonly clock: ManualClock;
  readonly timing?: Timing;
  readonly work?: NonNullable<OperationKind["work"]>;
}

async function startEngine({ store, clock, work, timing = { kind: "fixed", durationMs: lengthMs } }: Options) {
  clock.waitFor(store);
  const engine = new OperationEngine({ store, clock, log: createLog("silent"), timing });
  const ends = { succeed: async () => undefined, fail: async () => undefined };
  engine.register([{ name: "test.kind", azureDurationMs: 60_000, ...ends, ...(work === undefined ? {} : { work }) }]);
  await engine.start({ storeIsOurs: true });
  return engine;
}

async function begin(store: Store, engine: OperationEngine): Promise<string> {
  const request = { kind: "test.kind", subscriptionKey: "s", resourceId: "/r/1", location: "East US", input: {} };
  return (await store.write((tx) => engine.begin(tx, request)))?.id ?? "";
}

const statusOf = async (store: Store, id: string) => (await findOperation(store, id))?.status;

const statusAfter = (passedMs: number): string => {
  if (passedMs < engineLimits.longestPendingMs) return "Pending";
  return passedMs < lengthMs ? "InProgress" : "Succeeded";
};

async function openStore(): Promise<Store> {
  const temp = await openTempStore();
  onTestFinished(() => temp.close());
  return temp.store;
}

test("an operation takes its time, however often and far the time of day is set meanwhile", async () => {
  const store = await openStore();
  const step = fc.record({
    passMs: fc.integer({ min: 0, max: 4_000 }),
    setMs: fc.integer({ min: -1_000 * hourMs, max: 1_000 * hourMs }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      const clock = new ManualClock();
      const engine = await startEngine({ store, clock });
      const id = await begin(store, engine);
      let passedMs = 0;
      for (const { passMs, setMs } of steps) {
        clock.setAhead(setMs);
        await clock.advance(passMs);
        passedMs += passMs;
        expect(await statusOf(store, id)).toBe(statusAfter(passedMs));
      }
      await clock.advance(lengthMs);
      expect(await statusOf(store, id)).toBe("Succeeded");
      await engine.close();
    }),
    { numRuns: 25 },
  );
}, 60_000);

test.for(setForwardOrBack)("an operation begun after the time of day was set %s takes no longer", async ([, setMs]) => {
  const store = await openStore();
  const clock = new ManualClock();
  const engine = await startEngine({ store, clock });
  clock.setAhead(setMs);
  const id = await begin(store, engine);
  await clock.advance(lengthMs - 1);
  expect(await statusOf(store, id)).toBe("InProgress");
  await clock.advance(1);
  expect(await findOperation(store, id)).toMatchObject({ status: "Succeeded", updatedAtMs: clock.nowMs() });
  await engine.close();
});

test("the next process ends an operation after no more than its remaining time, with the time of day set back", async () => {
  const store = await openStore();
  const clock = new ManualClock();
  const first = await startEngine({ store, clock });
  const id = await begin(store, first);
  await clock.advance(4_000);
  await first.close();
  const earlier = new ManualClock(clock.nowMs() - 24 * hourMs);
  const second = await startEngine({ store, clock: earlier });
  await earlier.advance(lengthMs);
  expect(await statusOf(store, id)).toBe("Succeeded");
  await second.close();
});

test.for(setForwardOrBack)(
  "work that fails is tried again after its pause when the time of day is set %s",
  async ([, setMs]) => {
    const store = await openStore();
    const clock = new ManualClock();
    let tries = 0;
    const work = async (): Promise<void> => {
      tries += 1;
      if (tries === 1) throw new Error("not yet");
    };
    const engine = await startEngine({ store, clock, work, timing: { kind: "instant" } });
    const id = await begin(store, engine);
    await clock.advance(0);
    clock.setAhead(setMs);
    await clock.advance(engineLimits.firstRetryMs - 1);
    expect(tries).toBe(1);
    await clock.advance(1);
    expect(await findOperation(store, id)).toMatchObject({ status: "Succeeded", attempts: 2 });
    await engine.close();
  },
);

test.for(setForwardOrBack)(
  "an answer waits for an operation no longer when the time of day is set %s",
  async ([, setMs]) => {
    const store = await openStore();
    const clock = new ManualClock();
    const work = (_subject: unknown, signal: AbortSignal): Promise<void> =>
      new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("stopped"))));
    const engine = await startEngine({ store, clock, work, timing: { kind: "instant" } });
    const told = engine.ended(await begin(store, engine), engineLimits.answerWaitMs);
    clock.setAhead(setMs);
    await clock.advance(engineLimits.answerWaitMs);
    expect(await told).toMatchObject({ status: "InProgress" });
    await engine.close();
  },
);
