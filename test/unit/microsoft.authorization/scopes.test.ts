import fc from "fast-check";
import { expect, test } from "vitest";
import { covers, scopeOf } from "../../../src/providers/microsoft.authorization/scopes.ts";

const scope = fc
  .array(fc.constantFrom("a", "b", "ab", "providers"), { maxLength: 5 })
  .map((segments) => segments.map((segment) => `/${segment}`).join(""));

test("a scope covers itself and everything below it, and nothing else", () => {
  fc.assert(
    fc.property(scope, scope, (outer, inner) => {
      expect(covers(outer, inner)).toBe(`${inner}/`.startsWith(`${outer}/`));
    }),
  );
});

test("the scope of an extension resource is the part before its namespace", () => {
  fc.assert(
    fc.property(scope, (on) => {
      expect(scopeOf(`${on}/providers/Microsoft.Authorization/locks/l`)).toBe(on);
      expect(scopeOf(`${on}/providers/Microsoft.Authorization`)).toBe(on);
    }),
  );
});
