import fc from "fast-check";
import { expect, test } from "vitest";
import { SecondChanceMap } from "../../../src/kernel/second-chance-map.ts";

test("of entries that have no room, those that were read stay", () => {
  const map = new SecondChanceMap<number, string>({ maxBytes: 100 });
  for (let key = 0; key < 10; key += 1) map.set(key, `value ${key}`, 10);
  map.get(0);
  map.set(10, "value 10", 10);
  expect([map.get(0), map.get(1), map.get(10)]).toEqual(["value 0", undefined, "value 10"]);
});

test("an entry that is larger than a quarter of the map is not kept, and replaces what was there", () => {
  const forgotten: string[] = [];
  const map = new SecondChanceMap<string, string>({ maxBytes: 100, onForget: (value) => forgotten.push(value) });
  expect(map.set("a", "small", 25)).toBe(true);
  expect(map.set("a", "large", 26)).toBe(false);
  expect(map.get("a")).toBeUndefined();
  expect(forgotten).toEqual(["small", "large"]);
});

test("a map never has more bytes than it may, nor another value than was set last, and tells what it forgets", () => {
  const stepArb = fc.record({
    key: fc.nat({ max: 30 }),
    bytes: fc.nat({ max: 25 }),
    kind: fc.constantFrom("set", "set", "get", "delete"),
  });
  fc.assert(
    fc.property(fc.array(stepArb, { maxLength: 400 }), (steps) => {
      const kept = new Map<number, { key: number; bytes: number }>();
      const map = new SecondChanceMap<number, { key: number; bytes: number }>({
        maxBytes: 100,
        onForget: (value) => kept.delete(value.key),
      });
      for (const { key, bytes, kind } of steps) {
        const found = kind === "get" ? map.get(key) : kept.get(key);
        expect(found).toBe(kept.get(key));
        if (kind === "delete") map.delete(key);
        if (kind === "set") {
          const value = { key, bytes };
          map.set(key, value, bytes);
          kept.set(key, value);
        }
        const total = [...kept.values()].reduce((sum, each) => sum + each.bytes, 0);
        expect([map.bytes, map.size]).toEqual([total, kept.size]);
        expect(total).toBeLessThanOrEqual(100);
      }
    }),
  );
});
