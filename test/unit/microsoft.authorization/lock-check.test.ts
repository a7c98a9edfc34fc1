import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { scopesAgainst, type LockedScope } from "../../../src/providers/microsoft.authorization/access/lock-check.ts";
import { covers } from "../../../src/providers/microsoft.authorization/scopes.ts";

const locked = (scope: string, level: LockedScope["level"]): LockedScope => ({
  scope,
  scopeKey: scope.toLowerCase(),
  level,
});

describe("a lock", () => {
  test.each<[LockedScope["level"], "write" | "delete", string, boolean]>([
    ["CanNotDelete", "delete", "/s/rg", true],
    ["CanNotDelete", "delete", "/s/rg/c/d", true],
    ["CanNotDelete", "delete", "/s", true],
    ["CanNotDelete", "write", "/s/rg", false],
    ["ReadOnly", "delete", "/s", true],
    ["ReadOnly", "write", "/s/rg", true],
    ["ReadOnly", "write", "/s/rg/c/d", true],
    ["ReadOnly", "write", "/s", false],
    ["ReadOnly", "delete", "/s/rg2", false],
  ])("%s on /s/Rg against the %s of %s: %j", (level, operation, key, isAgainst) => {
    expect(scopesAgainst([locked("/s/Rg", level)], { key, operation })).toEqual(isAgainst ? ["/s/Rg"] : []);
  });

  test("a scope with several locks is named once", () => {
    const locks = [locked("/s/rg", "ReadOnly"), locked("/s/rg", "CanNotDelete"), locked("/s", "CanNotDelete")];
    expect(scopesAgainst(locks, { key: "/s/rg/c", operation: "delete" })).toEqual(["/s/rg", "/s"]);
  });
});

test("a scope that must not be written must not be deleted, and locks elsewhere forbid nothing", () => {
  const scope = fc
    .array(fc.constantFrom("a", "b"), { minLength: 1, maxLength: 4 })
    .map((segments) => `/${segments.join("/")}`);
  const level = fc.constantFrom("CanNotDelete" as const, "ReadOnly" as const);
  fc.assert(
    fc.property(fc.array(fc.tuple(scope, level)), scope, (given, key) => {
      const locks = given.map(([each, its]) => locked(each, its));
      const [write, remove] = (["write", "delete"] as const).map((operation) =>
        scopesAgainst(locks, { key, operation }),
      );
      expect(remove).toEqual(expect.arrayContaining(write ?? []));
      for (const each of remove ?? []) expect(covers(each, key) || covers(key, each)).toBe(true);
    }),
  );
});
