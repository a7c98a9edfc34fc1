import fc from "fast-check";
import { expect, test } from "vitest";
import { repeatedPlaces } from "../../../src/kernel/repeated.ts";
import { withoutEnd } from "../../../src/kernel/without-end.ts";

test("repeated places are those whose text has stood before", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("a", "b", "c", "A")), (texts) => {
      const expected = texts.flatMap((text, place) => (texts.indexOf(text) < place ? [place] : []));
      expect(repeatedPlaces(texts)).toEqual(expected);
    }),
  );
});

test("a text loses the run of a character that it ends in, and no other", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("/", "a", "//")), (parts) => {
      const text = parts.join("");
      expect(withoutEnd(text, "/")).toBe(text.replace(/\/*$/, ""));
    }),
  );
});

test("long lists and long runs are looked at once", () => {
  const texts = Array.from({ length: 300_000 }, (_, index) => String(index));
  expect(repeatedPlaces([...texts, "0"])).toEqual([300_000]);
  const text = `${"/".repeat(1_000_000)}a`;
  expect(withoutEnd(text, "/")).toBe(text);
});
