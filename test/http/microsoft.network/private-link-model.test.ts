import fc from "fast-check";
import { expect, test } from "vitest";
import { commands, steps } from "../../support/private-link/commands.ts";
import { faultsOf } from "../../support/private-link/faults.ts";
import { newModel } from "../../support/private-link/model.ts";
import { observe } from "../../support/private-link/observe.ts";
import { startWorld, type World } from "../../support/private-link/world.ts";

/** Many requests in one test, on a machine that may be busy. */
const manyRequests = { timeout: 120_000 };

test(
  "both sides of a connection agree after any requests of consumers and owners, in any order",
  manyRequests,
  async () => {
    await fc.assert(
      fc.asyncProperty(commands, async (given) => {
        const real = await startWorld();
        await fc.asyncModelRun(() => ({ model: newModel(), real }), given);
        expect(faultsOf(await observe(real))).toEqual([]);
        await real.server.close();
      }),
      { numRuns: 15 },
    );
  },
);

/** A request, or some time that passes. */
const moments = fc.oneof(
  { weight: 3, arbitrary: steps },
  {
    weight: 2,
    arbitrary: fc.integer({ min: 1, max: 8_000 }).map((ms) => ({
      title: `wait ${ms} ms`,
      send: ({ server }: World) => server.clock.advance(ms),
    })),
  },
);

test("both sides of a connection agree while requests take time and overlap", manyRequests, async () => {
  const timing = { kind: "fixed", durationMs: 5_000 } as const;
  await fc.assert(
    fc.asyncProperty(fc.array(moments, { maxLength: 60, size: "max" }), async (given) => {
      const world = await startWorld(timing);
      for (const { title, send } of given) {
        await send(world);
        expect({ title, faults: faultsOf(await observe(world)) }).toEqual({ title, faults: [] });
      }
      await world.server.clock.advance(3_600_000);
      const { endpoints, ...rest } = await observe(world);
      expect(faultsOf({ endpoints, ...rest })).toEqual([]);
      expect(endpoints.filter(({ isSettled }) => !isSettled)).toEqual([]);
      await world.server.close();
    }),
    { numRuns: 15 },
  );
});
