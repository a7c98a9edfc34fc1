import fc from "fast-check";
import { expect, test } from "vitest";
import { repeatedPlaces, withoutEnd } from "../../../src/kernel/text.ts";

test("repeatedPlaces returns the indexes of texts that were there before", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("a", "b", "c", "A")), (texts) => {
      const expected = texts.flatMap((text, place) => (texts.indexOf(text) < place ? [place] : []));
      expect(repeatedPlaces(texts)).toEqual(expected);
    }),
  );
});

test("withoutEnd removes a character's repetitions at the end only", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("/", "a", "//")), (parts) => {
      const text = parts.join("");
      expect(withoutEnd(text, "/")).toBe(text.replace(/\/*$/, ""));
    }),
  );
});

test("repeatedPlaces and withoutEnd take linear time", () => {
  const texts = Array.from({ length: 300_000 }, (_, index) => String(index));
  expect(repeatedPlaces([...texts, "0"])).toEqual([300_000]);
  const text = `${"/".repeat(1_000_000)}a`;
  expect(withoutEnd(text, "/")).toBe(text);
});
