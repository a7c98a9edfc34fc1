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
  return headers.includes(identifier);
}

describe("the operation's identifier", () => {
  test("sets the operation's identifier on providers' responses in Resource Manager's form", () => {
    expect(isIdentified({ namespace: "Microsoft.Authorization", types: ["roleAssignments"] })).toBe(true);
    expect(isIdentified({ namespace: "Microsoft.Insights", types: ["eventtypes", "values"] })).toBe(true);
  });

  test("sets no operation's identifier on Resource Manager's own responses and refusals", () => {
    expect(isIdentified({ namespace: "Microsoft.Resources", types: ["subscriptions"] })).toBe(false);
    expect(isIdentified({ namespace: "Microsoft.Authorization", types: ["locks"] })).toBe(false);
    expect(isIdentified({ namespace: "Microsoft.Authorization", types: ["roleAssignments"] }, 404)).toBe(false);
  });
});
