import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { engineLimits } from "../../../src/operations/timing.ts";
import { OperationEngine } from "../../../src/operations/operation-engine.ts";
import { findOperation } from "../../../src/store/operations.ts";
import type { Store } from "../../../src/store/store.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { openTempStore } from "../../support/temp-store.ts";

/** A store whose disk a test fills. */
async function fillableStore() {
  const temp = await openTempStore();
  onTestFinished(() => temp.close());
  const disk = { isFull: false, failedWrites: 0 };
  const full = Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" });
  const store = new Proxy(temp.store, {
    get(real, name) {
      const value: unknown = Reflect.get(real, name, real);
      if (name !== "write") return typeof value === "function" ? value.bind(real) : value;
      return (unit: Parameters<Store["write"]>[0]) => {
        if (!disk.isFull) return real.write(unit);
        disk.failedWrites += 1;
        return Promise.reject(full);
      };
    },
  });
  return { store, disk, real: temp.store };
}

test("an engine tries less and less often while the disk is full, logs it once, and continues when there is room", async () => {
  const { store, disk, real } = await fillableStore();
  const clock = new ManualClock();
  clock.waitFor(real);
  const lines: string[] = [];
  const log = pino({ level: "info" }, { write: (line: string) => void lines.push(line) });
  const engine = new OperationEngine({ store, clock, log, timing: { kind: "fixed", durationMs: 10_000 } });
  const ends = { succeed: async () => undefined, fail: async () => undefined };
  engine.register([{ name: "test.kind", azureDurationMs: 60_000, ...ends }]);
  await engine.start({ storeIsOurs: true });
  const request = { kind: "test.kind", subscriptionKey: "s", resourceId: "/r/1", location: "East US", input: {} };
  const operation = await store.write((tx) => engine.begin(tx, request));
  disk.isFull = true;
  await clock.advance(120_000);
  expect(disk.failedWrites).toBe(8); // At 1 second, then after 1, 2, 4, 8 and 16 more, and every 30.
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
    {
      why: "The disk with the data directory is full.",
      msg: "Operations could not be claimed; they wait until they can.",
    },
  ]);
  disk.isFull = false;
  await clock.advance(engineLimits.sweepMs);
  expect(await findOperation(store, operation?.id ?? "")).toMatchObject({ status: "Succeeded" });
  await engine.close();
});
