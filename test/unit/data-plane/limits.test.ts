import { expect, test } from "vitest";
import { clientsWithin, descriptorLimit } from "../../../src/data-plane/limits.ts";

test.each([
  [1_024, 256],
  [1_048_576, 524_032],
  [256, 2],
  [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
])("%d descriptors are enough for %d clients", (descriptors, clients) => {
  expect(clientsWithin(descriptors)).toBe(clients);
});

test("the descriptor limit of this process can be read", () => {
  expect(descriptorLimit()).toBeGreaterThan(100);
});
