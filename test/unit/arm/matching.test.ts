import fc from "fast-check";
import { expect, test } from "vitest";
import { readMatching } from "../../../src/arm/paging.ts";

const keys = Array.from({ length: 450 }, (_, index) => ({ key: String(index).padStart(4, "0") }));

test("reads until a page and one more match, and skips what does not match", async () => {
  const pick = fc.tuple(
    fc.integer({ min: 1, max: 60 }),
    fc.integer({ min: 1, max: 150 }),
    fc.integer({ min: 0, max: 450 }),
  );
  await fc.assert(
    fc.asyncProperty(pick, async ([every, limit, from]) => {
      const matches = ({ key }: { key: string }): boolean => Number(key) % every === 0;
      const afterKey = from === 0 ? "" : String(from - 1).padStart(4, "0");
      const read = async (page: { limit: number; afterKey: string }) =>
        keys.filter(({ key }) => key > page.afterKey).slice(0, page.limit);
      const expected = keys
        .slice(from)
        .filter(matches)
        .slice(0, limit + 1);
      expect(await readMatching({ limit, afterKey }, read, matches)).toEqual(expected);
    }),
  );
});
