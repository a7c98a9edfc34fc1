import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createLog } from "../../../src/kernel/log.ts";
import { engineLimits, type Timing } from "../../../src/operations/timing.ts";
import { OperationEngine } from "../../../src/operations/operation-engine.ts";
import { OperationFailure, type OperationKind } from "../../../src/operations/operation-kind.ts";
import { claimOperations, findOperation, forgetOperationsBefore } from "../../../src/store/operations.ts";
import type { StoredOperation } from "../../../src/store/operations.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { openTempStore, type TempStore } from "../../support/temp-store.ts";

const fixed: Timing = { kind: "fixed", durationMs: 10_000 };
const log = createLog("silent");

let temp: TempStore;
let clock: ManualClock;
let ended: string[];
const engines: OperationEngine[] = [];

beforeEach(async () => {
  temp = await openTempStore();
  clock = new ManualClock();
  clock.waitFor(temp.store);
  ended = [];
});
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close();
  await temp.close();
});

const plainKind = (overrides: Partial<OperationKind> = {}): OperationKind => ({
  name: "test.kind",
  azureDurationMs: 60_000,
  succeed: async (_tx, { resourceId }) => void ended.push(`succeeded ${resourceId}`),
  fail: async (_tx, { resourceId }, error) => void ended.push(`failed ${resourceId}: ${error.code} ${error.message}`),
  ...overrides,
});

async function startEngine(kind: OperationKind, options: { timing?: Timing; storeIsOurs?: boolean } = {}) {
  const engine = new OperationEngine({ store: temp.store, clock, log, timing: options.timing ?? fixed });
  engine.register([kind]);
  await engine.start({ storeIsOurs: options.storeIsOurs ?? true });
  engines.push(engine);
  return engine;
}

const begin = (engine: OperationEngine, resourceId = "/r/1"): Promise<StoredOperation | undefined> =>
  temp.store.write((tx) =>
    engine.begin(tx, { kind: "test.kind", subscriptionKey: "s", resourceId, location: "East US", input: { a: 1 } }),
  );

/** Does as another engine does at a time of its own. */
const claimAs = (owner: string, { atMs, leaseMs }: { atMs: number; leaseMs: number }): Promise<StoredOperation[]> =>
  temp.store.write((tx) =>
    claimOperations(tx, { nowMs: atMs, steadyMs: atMs, owner, leaseUntilMs: atMs + leaseMs, limit: 10 }),
  );

const statusOf = async (operation: StoredOperation | undefined) =>
  (await findOperation(temp.store, operation?.id ?? ""))?.status;

describe("an operation", () => {
  test("an operation goes from Pending through InProgress to Succeeded as time passes, without being polled", async () => {
    const operation = await begin(await startEngine(plainKind()));
    expect(await statusOf(operation)).toBe("Pending");
    await clock.advance(1_000);
    expect(await statusOf(operation)).toBe("InProgress");
    await clock.advance(8_999);
    expect(ended).toEqual([]);
    await clock.advance(1);
    expect(await statusOf(operation)).toBe("Succeeded");
    expect(ended).toEqual(["succeeded /r/1"]);
  });

  test("an operation takes Azure's time under azure timing, and does not exist under instant", async () => {
    const slow = await startEngine(plainKind(), { timing: { kind: "azure" } });
    expect(await begin(slow)).toMatchObject({ finishAtMs: clock.nowMs() + 60_000 });
    const instant = await startEngine(plainKind(), { timing: { kind: "instant" } });
    expect(await begin(instant)).toBeUndefined();
  });

  test("real work is an operation under instant timing too", async () => {
    const engine = await startEngine(plainKind({ work: async () => void ended.push("worked") }), {
      timing: { kind: "instant" },
    });
    const operation = await begin(engine);
    await clock.advance(0);
    expect(await statusOf(operation)).toBe("Succeeded");
    expect(ended).toEqual(["worked", "succeeded /r/1"]);
  });

  test("real work begins under instant timing as soon as it is durable, without the clock", async () => {
    const instant = { timing: { kind: "instant" } } as const;
    const engine = await startEngine(plainKind({ work: async () => void ended.push("worked") }), instant);
    const operation = await begin(engine);
    expect(operation).toMatchObject({ status: "InProgress", attempts: 1 });
    expect(await engine.ended(operation?.id ?? "", 5_000)).toMatchObject({ status: "Succeeded" });
    expect(ended).toEqual(["worked", "succeeded /r/1"]);
  });

  test("an operation fails at once with the handler's own error when the work cannot succeed", async () => {
    const fault = { code: "InsufficientCapacity", message: "Nothing left." };
    const operation = await begin(
      await startEngine(plainKind({ work: () => Promise.reject(new OperationFailure(fault)) })),
    );
    await clock.advance(10_000);
    expect(await findOperation(temp.store, operation?.id ?? "")).toMatchObject({ status: "Failed", error: fault });
    expect(ended).toEqual(["failed /r/1: InsufficientCapacity Nothing left."]);
  });

  test("an operation is tried again with growing pauses after unexpected errors, and fails in the end", async () => {
    let tries = 0;
    const kind = plainKind({
      work: async () => {
        tries += 1;
        throw new Error("broken");
      },
    });
    const operation = await begin(await startEngine(kind));
    await clock.advance(10_000);
    expect(tries).toBe(1);
    await clock.advance(1_000);
    expect(tries).toBe(2);
    await clock.advance(60_000);
    expect(tries).toBe(engineLimits.attempts);
    expect(await statusOf(operation)).toBe("Failed");
    expect(ended).toEqual(["failed /r/1: OperationFailed The operation failed."]);
  });

  test("a cancelled operation stays Canceled", async () => {
    const engine = await startEngine(plainKind());
    const operation = await begin(engine);
    await temp.store.write((tx) => engine.cancelAll(tx, "/R/1"));
    await clock.advance(60_000);
    expect(await statusOf(operation)).toBe("Canceled");
    expect(ended).toEqual([]);
  });

  test("cancelling an operation stops its work once that is durable, writes nothing else, and leaves others alone", async () => {
    const stopped: string[] = [];
    const kind = plainKind({
      work: ({ resourceId }, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => {
            stopped.push(resourceId);
            reject(new OperationFailure({ code: "Stopped", message: "The work was stopped." }));
          });
        }),
    });
    const engine = await startEngine(kind, { timing: { kind: "instant" } });
    const [first] = [await begin(engine, "/r/1"), await begin(engine, "/r/2")];
    await clock.advance(0);
    const takenBack = temp.store.write(async (tx) => {
      await engine.cancelAll(tx, "/r/1");
      throw new Error("taken back");
    });
    await expect(takenBack).rejects.toThrow("taken back");
    expect(stopped).toEqual([]);
    await temp.store.write((tx) => engine.cancelAll(tx, "/r/1"));
    expect(stopped).toEqual(["/r/1"]);
    await clock.advance(60_000);
    expect(await findOperation(temp.store, first?.id ?? "")).toMatchObject({ status: "Canceled", attempts: 1 });
    expect(stopped).toEqual(["/r/1"]);
    expect(ended).toEqual([]);
  });

  test("an operation that is cancelled right after it was claimed never begins to work", async () => {
    const engine = await startEngine(plainKind({ work: async () => void ended.push("worked") }), {
      timing: { kind: "fixed", durationMs: 0 },
    });
    const operation = await begin(engine);
    const cancelling = vi.spyOn(temp.store, "write").mockImplementationOnce(async (claim) => {
      const claimed = await temp.store.write(claim);
      await temp.store.write((tx) => engine.cancelAll(tx, "/r/1"));
      return claimed;
    });
    await clock.advance(0);
    expect(cancelling).toHaveBeenCalled();
    expect(await findOperation(temp.store, operation?.id ?? "")).toMatchObject({ status: "Canceled", attempts: 1 });
    expect(ended).toEqual([]);
  });

  test("the end of an operation removes its secret from all files, and is written even if that fails", async () => {
    const forget = vi.spyOn(temp.store, "forgetOverwritten").mockRejectedValueOnce(new Error("The disk is full."));
    const engine = await startEngine(plainKind({ secretInput: ["a"] }));
    const [first, second] = [await begin(engine, "/r/1"), await begin(engine, "/r/2")];
    await temp.store.write((tx) => engine.cancelAll(tx, "/r/1"));
    expect(forget).toHaveBeenCalledOnce();
    await clock.advance(60_000);
    for (const operation of [first, second]) {
      expect(await findOperation(temp.store, operation?.id ?? "")).toMatchObject({ input: {} });
    }
    expect(await statusOf(second)).toBe("Succeeded");
    expect(forget.mock.calls.length).toBeGreaterThan(1);
  });

  test("an operation does not exist when its transaction is rolled back", async () => {
    const engine = await startEngine(plainKind());
    let id = "";
    const failing = temp.store.write(async (tx) => {
      const request = { kind: "test.kind", subscriptionKey: "s", resourceId: "/r/1", location: "x", input: {} };
      id = (await engine.begin(tx, request))?.id ?? "";
      throw new Error("taken back");
    });
    await expect(failing).rejects.toThrow("taken back");
    await clock.advance(60_000);
    expect(await findOperation(temp.store, id)).toBeUndefined();
    expect(ended).toEqual([]);
  });

  test("refuses an operation of an unregistered kind", async () => {
    const engine = await startEngine(plainKind({ name: "other" }));
    await expect(begin(engine)).rejects.toThrow("No operation kind is called 'test.kind'.");
  });
});

describe("an engine", () => {
  test("an engine finishes what an earlier engine began", async () => {
    const first = await startEngine(plainKind());
    const operation = await begin(first);
    await first.close();
    await clock.advance(60_000);
    expect(await statusOf(operation)).toBe("Pending");
    await startEngine(plainKind());
    await clock.advance(0);
    expect(await statusOf(operation)).toBe("Succeeded");
  });

  test.each([
    ["at once when the store is its own", true, 0],
    ["when the lease ends where others may hold it", false, engineLimits.leaseMs],
  ])("an engine continues the work of a killed engine %s", async (_when, storeIsOurs, afterMs) => {
    const first = await startEngine(plainKind());
    const operation = await begin(first);
    await first.close();
    await clock.advance(60_000);
    await claimAs("killed", { atMs: clock.steadyMs(), leaseMs: engineLimits.leaseMs });
    await startEngine(plainKind(), { storeIsOurs });
    await clock.advance(Math.max(0, afterMs - 1));
    expect(ended).toHaveLength(storeIsOurs ? 1 : 0);
    await clock.advance(1);
    expect(await statusOf(operation)).toBe("Succeeded");
  });

  test("two engines share work without doing any twice", async () => {
    const both = [await startEngine(plainKind()), await startEngine(plainKind(), { storeIsOurs: false })];
    await Promise.all(
      Array.from({ length: 120 }, (_, index) => begin(both[index % 2] as OperationEngine, `/r/${index}`)),
    );
    await clock.advance(60_000);
    expect(new Set(ended).size).toBe(120);
    expect(ended).toHaveLength(120);
  });

  test("an engine keeps its lease while the work goes on, and stops work whose lease it lost", async () => {
    const gate = Promise.withResolvers<void>();
    let signalled: AbortSignal | undefined;
    const kind = plainKind({
      work: (_subject, signal) => {
        signalled = signal;
        return gate.promise;
      },
    });
    const operation = await begin(await startEngine(kind));
    await clock.advance(10_000 + engineLimits.leaseMs * 3);
    const atMs = clock.steadyMs();
    expect(await claimAs("thief", { atMs, leaseMs: 1_000_000 })).toEqual([]);
    await claimAs("thief", { atMs: atMs + engineLimits.leaseMs * 2, leaseMs: 1_000_000 });
    await clock.advance(engineLimits.renewMs);
    expect(signalled?.aborted).toBe(true);
    gate.resolve();
    await clock.advance(0);
    expect(ended).toEqual([]);
    expect(await statusOf(operation)).toBe("InProgress");
  });

  test("an engine continues after the store could not be written, while claiming or at the end of a step", async () => {
    let writes = 0;
    const shaky = new Proxy(temp.store, {
      get(store, name) {
        const value: unknown = Reflect.get(store, name, store);
        if (name !== "write") return typeof value === "function" ? value.bind(store) : value;
        return (unit: Parameters<typeof store.write>[0]) => {
          writes += 1;
          return [2, 4].includes(writes) ? Promise.reject(new Error("full")) : store.write(unit);
        };
      },
    });
    const engine = new OperationEngine({ store: shaky, clock, log, timing: fixed });
    engine.register([plainKind()]);
    await engine.start({ storeIsOurs: true });
    engines.push(engine);
    const operation = await begin(engine);
    await clock.advance(1_000);
    expect(await statusOf(operation)).toBe("Pending");
    await clock.advance(engineLimits.sweepMs + engineLimits.leaseMs * 3);
    expect(await statusOf(operation)).toBe("Succeeded");
    expect(ended).toEqual(["succeeded /r/1"]);
  });

  test("an engine that closes stops its work and leaves it to the next", async () => {
    const kind = plainKind({
      work: (_subject, signal) =>
        new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("stopped")))),
    });
    const first = await startEngine(kind);
    const operation = await begin(first);
    await clock.advance(10_000);
    await first.close();
    expect(await statusOf(operation)).toBe("InProgress");
    await startEngine(plainKind(), { storeIsOurs: false });
    await clock.advance(0);
    expect(await statusOf(operation)).toBe("Succeeded");
  });
});

test("forgets operations that ended long ago, and never pending ones", async () => {
  const engine = await startEngine(plainKind());
  const done = await begin(engine, "/r/done");
  await clock.advance(10_000);
  const pending = await begin(engine, "/r/pending");
  await temp.store.write((tx) => forgetOperationsBefore(tx, clock.nowMs() + 1));
  expect(await statusOf(done)).toBeUndefined();
  expect(await statusOf(pending)).toBe("Pending");
});

describe("waiting for an operation's end", () => {
  const instant = { timing: { kind: "instant" } } as const;
  const endless = plainKind({
    work: (_subject, signal) => new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject())),
  });

  test("ended() resolves at the limit to an operation that is still in progress", async () => {
    const engine = await startEngine(endless, instant);
    const { id = "" } = (await begin(engine)) ?? {};
    const told = engine.ended(id, 5_000);
    await clock.advance(5_000);
    expect(await told).toMatchObject({ status: "InProgress" });
  });

  test("ended() waits while a failed step is tried again", async () => {
    let tries = 0;
    const work = async () => {
      tries += 1;
      if (tries === 1) throw new Error("not yet");
    };
    const engine = await startEngine(plainKind({ work }), instant);
    const { id = "" } = (await begin(engine)) ?? {};
    const told = engine.ended(id, 5_000);
    await clock.advance(0);
    await clock.advance(1_000);
    expect(await told).toMatchObject({ status: "Succeeded", attempts: 2 });
  });

  test("ended() resolves for all who wait when the operation is cancelled", async () => {
    const engine = await startEngine(endless, instant);
    const { id = "" } = (await begin(engine)) ?? {};
    const told = Promise.all([engine.ended(id, 5_000), engine.ended(id, 5_000)]);
    await temp.store.write((tx) => engine.cancelAll(tx, "/r/1"));
    expect(await told).toMatchObject([{ status: "Canceled" }, { status: "Canceled" }]);
  });

  test("ended() resolves when the engine closes, and leaves the operation to the next", async () => {
    const engine = await startEngine(endless, instant);
    const { id = "" } = (await begin(engine)) ?? {};
    const told = engine.ended(id, 5_000);
    await engine.close();
    expect(await told).toMatchObject({ status: "InProgress" });
    expect(await findOperation(temp.store, id)).toMatchObject({ status: "InProgress", leaseOwner: undefined });
  });

  test("begins no work on an engine that is closed before the operation is durable", async () => {
    const engine = await startEngine(plainKind({ work: async () => void ended.push("worked") }), instant);
    await engine.close();
    const { id = "" } = (await begin(engine)) ?? {};
    expect(await engine.ended(id, 5_000)).toMatchObject({ status: "InProgress" });
    expect(ended).toEqual([]);
  });
});
