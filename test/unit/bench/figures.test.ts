import { expect, test } from "vitest";
import { median, quantile, spread } from "../../../bench/support/figures.ts";

test("the median of an odd number of figures is the middle one, in whatever order they come", () => {
  expect(median([10, 9, 100])).toBe(10);
});

test("a quantile is the figure below which its share lies, and the greatest figure at the end", () => {
  const figures = Array.from({ length: 200 }, (_, index) => 199 - index);
  expect(quantile(figures, 0.99)).toBe(198);
  expect(quantile(figures, 1)).toBe(199);
});

test("no figures have the quantile 0", () => {
  expect(quantile([], 0.5)).toBe(0);
});

test("a spread names the median, the least and the most", () => {
  expect(spread([0.5, 0.612, 1])).toBe("0.61 (0.50 to 1.00)");
  expect(spread([1_000, 3_000, 2_000], 0)).toBe("2,000 (1,000 to 3,000)");
});
