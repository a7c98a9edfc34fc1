import { describe, expect, test } from "vitest";
import { headersOfResponse } from "../../../src/arm/response-headers.ts";
import { QuotaCounters } from "../../../src/arm/quota.ts";
import type { ResourceType } from "../../../src/arm/resource-type.ts";
import { exchangeOf, resourceType } from "../../support/exchange.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const identifier = "x-ms-operation-identifier";

/** Whether the answer to a read of a type has the identifier of its operation. */
function isIdentified(given: Partial<ResourceType>, status = 200): boolean {
  const type = { ...resourceType(given.types ?? ["boxes"]), tracked: false, ...given };
  const headers = headersOfResponse(
    exchangeOf({ type }),
    { speaker: "gateway", status },
    new QuotaCounters(new ManualClock()),
  );
  return identifier in headers;
}

describe("the operation's identifier", () => {
  test("is on what providers answer through Resource Manager's form", () => {
    expect(isIdentified({ namespace: "Microsoft.Authorization", types: ["roleAssignments"] })).toBe(true);
    expect(isIdentified({ namespace: "Microsoft.Insights", types: ["eventtypes", "values"] })).toBe(true);
  });

  test("is not on what Resource Manager serves itself, nor on its refusals", () => {
    expect(isIdentified({ namespace: "Microsoft.Resources", types: ["subscriptions"] })).toBe(false);
    expect(isIdentified({ namespace: "Microsoft.Authorization", types: ["locks"] })).toBe(false);
    expect(isIdentified({ namespace: "Microsoft.Authorization", types: ["roleAssignments"] }, 404)).toBe(false);
  });
});
