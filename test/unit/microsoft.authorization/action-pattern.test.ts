import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { actionPattern } from "../../../src/providers/microsoft.authorization/access/permissions.ts";
import { cpuMsOf } from "../../support/cpu-time.ts";

const approval = "microsoft.cache/redisenterprise/privateendpointconnectionsapproval/action";

describe("a pattern of actions", () => {
  test.each([
    ["*", approval],
    ["Microsoft.Cache/redisEnterprise/PrivateEndpointConnectionsApproval/action", approval],
    ["Microsoft.Cache/*", approval],
    ["*/action", approval],
    ["Microsoft.Cache/*/action", approval],
    ["Microsoft.Cache/*Approval/action", approval],
    ["Microsoft.*/redisEnterprise/*/action", approval],
    ["Microsoft.Authorization/*/Delete", "microsoft.authorization/roleassignments/delete"],
    ["a/**/b", "a/x/b"],
    ["a*b", "ab"],
  ])("the pattern %j matches %j", (pattern, action) => {
    expect(actionPattern(pattern)(action)).toBe(true);
  });

  test.each([
    ["Microsoft.Cache/redis/*", "microsoft.cache/redisenterprise/read"],
    ["Microsoft.Cache/*/read", approval],
    ["*/read", "microsoft.cache/redisenterprise/readings"],
    ["Microsoft.Cache/redisEnterprise", "microsoft.cache/redisenterprise/read"],
    ["ab*ba", "aba"],
    ["a*b*c", "acb"],
    ["", "microsoft.cache/redisenterprise/read"],
    // A dot is a dot.
    ["Microsoft.Cache/read", "microsoftxcache/read"],
  ])("the pattern %j does not match %j", (pattern, action) => {
    expect(actionPattern(pattern)(action)).toBe(false);
  });

  const pattern = fc.string({ unit: fc.constantFrom("a", "b", "/", "*"), maxLength: 8 });
  const action = fc.string({ unit: fc.constantFrom("a", "b", "/"), maxLength: 12 });

  test("a pattern matches the same as a regular expression in which a star is any characters", () => {
    fc.assert(
      fc.property(pattern, action, (text, asked) => {
        const expression = new RegExp(`^${text.replaceAll("*", ".*")}$`);
        expect(actionPattern(text)(asked)).toBe(expression.test(asked));
      }),
      { numRuns: 2_000 },
    );
  });

  test("a pattern with many stars still fails fast", async () => {
    const matches = actionPattern(`${"*a".repeat(200)}*b`);
    const asked = "a".repeat(10_000);
    expect(await cpuMsOf(() => expect(matches(asked)).toBe(false))).toBeLessThan(200);
  });
});
