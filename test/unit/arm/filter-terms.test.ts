import { describe, expect, test } from "vitest";
import { parseFilterTerms } from "../../../src/arm/filter-terms.ts";

describe("a filter", () => {
  test("parses a filter into its conditions, in order", () => {
    expect(parseFilterTerms("atScope() and PrincipalId EQ 'it''s' AND assignedTo('x')")).toEqual([
      { kind: "call", name: "atscope", argument: undefined },
      { kind: "comparison", property: "principalid", operator: "eq", value: "it's" },
      { kind: "call", name: "assignedto", argument: "x" },
    ]);
  });

  test("parses a time without quotes, also one whose plus sign became a space", () => {
    expect(parseFilterTerms("eventTimestamp ge 2026-01-01T00:00:00 00:00 and status/value eq 'Failed'")).toEqual([
      { kind: "comparison", property: "eventtimestamp", operator: "ge", value: "2026-01-01T00:00:00 00:00" },
      { kind: "comparison", property: "status/value", operator: "eq", value: "Failed" },
    ]);
  });

  test("parses an empty filter, and one with spaces around it", () => {
    expect(parseFilterTerms("")).toEqual([]);
    expect(parseFilterTerms("  atScope( )  ")).toEqual([{ kind: "call", name: "atscope", argument: undefined }]);
  });

  test.each([
    ["atScope(", " "],
    ["a", " "],
    ["a eq ", " '"],
    ["a eq '", "''"],
    ["a eq '", "' "],
    ["a eq 'b'", " "],
    ["a eq 'b' and", " "],
    ["a eq ", "b or "],
    ["", "a"],
    ["", " "],
  ])("parses a long filter in linear time: %j and many %j", (start, repeated) => {
    expect(parseFilterTerms(`${start}${repeated.repeat(300_000)}!`)).toBeUndefined();
  });

  test.each([
    "atScope() and",
    "atScope() or atScope()",
    "principalId eq",
    "principalId eq 'x",
    "principalId = 'x'",
    "not atScope()",
    "atScope(x)",
    "'x'",
  ])("returns undefined for a filter of another form: %j", (text) => {
    expect(parseFilterTerms(text)).toBeUndefined();
  });
});
