import { expect, test } from "vitest";
import { clientsWithin, descriptorLimit } from "../../../src/data-plane/descriptors.ts";

test.each([
  [1_024, 256],
  [1_048_576, 524_032],
  [256, 2],
  [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
])("%d descriptors are good for %d clients", (descriptors, clients) => {
  expect(clientsWithin(descriptors)).toBe(clients);
});

test("this process may have some descriptors", () => {
  expect(descriptorLimit()).toBeGreaterThan(100);
});
