import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { passedLimit } from "../../../../src/arm/pipeline/read-request.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Depth and number of values of a parsed document, itself included. */
function measure(value: unknown): { depth: number; values: number } {
  if (typeof value !== "object" || value === null) return { depth: 0, values: 1 };
  const inner = Object.values(value).map(measure);
  return {
    depth: 1 + Math.max(0, ...inner.map(({ depth }) => depth)),
    values: 1 + inner.reduce((sum, { values }) => sum + values, 0),
  };
}

describe("the scan of a JSON text", () => {
  test.each([undefined, 2])("counts the same depth and number of values as a parser (indent %s)", (indent) => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const text = JSON.stringify(value, undefined, indent);
        const { depth, values } = measure(JSON.parse(text));
        const at = (maxDepth: number, maxValues: number) => passedLimit(bytesOf(text), { maxDepth, maxValues });
        expect(at(depth, values)).toBeUndefined();
        expect(at(depth, values - 1)).toBe("maxValues");
        expect(at(depth - 1, values)).toBe(depth === 0 ? undefined : "maxDepth");
      }),
    );
  });

  test.each(['"[[[{{{"', '"\\"[[["', '"\\\\"', '"é[[[,,,"', "[ ]", "{\n}", '["]"]'])(
    "skips what is inside %j",
    (text) => {
      expect(passedLimit(bytesOf(text), { maxDepth: 1, maxValues: 2 })).toBeUndefined();
    },
  );

  test.each(["", "]]]]", '"never ended', "[,,,,", '"\\', "{]"])("ends its scan of any text: %j", (text) => {
    expect([undefined, "maxValues"]).toContain(passedLimit(bytesOf(text), { maxDepth: 3, maxValues: 3 }));
  });
});
