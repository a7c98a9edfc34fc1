import { describe, expect, test } from "vitest";
import { QuotaCounters } from "../../../src/arm/quota.ts";
import { headersIn } from "../../support/exchange.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const own = (kind: string): string => `x-ms-ratelimit-remaining-subscription-${kind}`;
const global = (kind: string): string => `x-ms-ratelimit-remaining-subscription-global-${kind}`;
const take = (quota: QuotaCounters, asked: Parameters<QuotaCounters["take"]>[0]) => headersIn(quota.take(asked));
const request = { method: "GET", subscriptionId: "s", objectId: "o" };

describe("the remaining quota", () => {
  test.each([
    ["GET", "reads", "1099", "16499"],
    ["HEAD", "reads", "1099", "16499"],
    ["PUT", "writes", "799", "11999"],
    ["PATCH", "writes", "799", "11999"],
    ["POST", "writes", "799", "11999"],
    ["DELETE", "deletes", "799", "11999"],
  ])("the remaining quota after the first %s is one less than the bucket", (method, kind, ownLeft, globalLeft) => {
    const quota = new QuotaCounters(new ManualClock());
    expect(take(quota, { ...request, method })).toEqual({ [own(kind)]: ownLeft, [global(kind)]: globalLeft });
  });

  test("counts the quota of each principal, subscription and kind separately", () => {
    const quota = new QuotaCounters(new ManualClock());
    const left = (changes: Partial<typeof request>) => Object.values(take(quota, { ...request, ...changes }))[0];
    expect([left({}), left({}), left({ objectId: "p" }), left({ subscriptionId: "t" })]).toEqual([
      "1099",
      "1098",
      "1099",
      "1099",
    ]);
    expect(left({ subscriptionId: "S", objectId: "O" })).toBe("1097");
    expect(left({ method: "PUT" })).toBe("799");
  });

  test("refills a tenth of the quota a second, up to the whole", async () => {
    const clock = new ManualClock();
    const quota = new QuotaCounters(clock);
    for (let time = 0; time < 500; time += 1) take(quota, request);
    await clock.advance(1_000);
    expect(take(quota, request)[own("reads")]).toBe("709");
    await clock.advance(3_600_000);
    expect(take(quota, request)).toEqual({ [own("reads")]: "1099", [global("reads")]: "16499" });
  });

  test.each([-3_600_000, 3_600_000])(
    "refills the quota by elapsed time when the time of day is set by %d ms",
    async (setMs) => {
      const clock = new ManualClock();
      const quota = new QuotaCounters(clock);
      for (let time = 0; time < 500; time += 1) take(quota, request);
      clock.setAhead(setMs);
      await clock.advance(1_000);
      expect(take(quota, request)[own("reads")]).toBe("709");
    },
  );

  test("counts the quota down to zero and refuses nobody", () => {
    const quota = new QuotaCounters(new ManualClock());
    for (let time = 0; time < 900; time += 1) take(quota, { ...request, method: "PUT" });
    expect(take(quota, { ...request, method: "PUT" })).toEqual({ [own("writes")]: "0", [global("writes")]: "11099" });
  });

  test("forgets the oldest quota when there are too many", () => {
    const quota = new QuotaCounters(new ManualClock());
    for (let who = 0; who <= 10_000; who += 1) take(quota, { ...request, objectId: `o${who}` });
    expect(take(quota, { ...request, objectId: "o5000" })[own("reads")]).toBe("1098");
    expect(take(quota, { ...request, objectId: "o0" })[own("reads")]).toBe("1099");
  });
});

test("counts private DNS separately, and refills it in five minutes", async () => {
  const clock = new ManualClock();
  const quota = new QuotaCounters(clock);
  const name = "x-ms-ratelimit-remaining-subscription-resource-requests";
  const left = (method: string) => headersIn(quota.takeOfPrivateDns({ ...request, method }))[name];
  take(quota, request);
  expect([left("GET"), left("GET"), left("PUT"), left("DELETE")]).toEqual(["499", "498", "11999", "11999"]);
  await clock.advance(3_000);
  expect(left("GET")).toBe("499");
  expect(take(quota, request)[own("reads")]).toBe("1099");
});
