import { expect, test } from "vitest";
import { missingRanges } from "../../../../src/data-plane/redis/one-node-cluster.ts";

const node = (ranges: string): string =>
  `22b2e326947f514ffda1a5e9c152aa9ccc881212 :10000@27777 myself,master - 0 0 0 connected${ranges}\n`;

test.for([
  ["", [[0, 16_383]]],
  [" 0-16383", []],
  [" 0-99 16000-16383", [[100, 15_999]]],
  [
    " 7 9000",
    [
      [0, 6],
      [8, 8_999],
      [9_001, 16_383],
    ],
  ],
] as const)("a node with the slots '%s' lacks %j", ([ranges, missing]) => {
  expect(missingRanges(node(ranges))).toEqual(missing);
});
