import fc from "fast-check";
import { expect, test } from "vitest";
import { DisjointRanges } from "../../../src/providers/microsoft.network/addresses/disjoint-ranges.ts";
import {
  formatAddress,
  includes,
  overlaps,
  parsePrefix,
} from "../../../src/providers/microsoft.network/addresses/ipv4.ts";
import type { Ipv4Prefix } from "../../../src/providers/microsoft.network/addresses/ipv4.ts";
import { readAddressSpace } from "../../../src/providers/microsoft.network/virtual-networks/virtual-network-rules.ts";
import { checkSubnets } from "../../../src/providers/microsoft.network/subnets/subnet-rules.ts";

const prefixOf = (text: string): Ipv4Prefix => {
  const prefix = parsePrefix(text);
  if (prefix === undefined) throw new Error(`'${text}' is not a prefix.`);
  return prefix;
};
const prefixes = fc
  .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 24, max: 32 }))
  .map(([last, length]) => prefixOf(`10.0.0.${last}/${length}`));

test("disjoint ranges accept a prefix exactly when it overlaps with none of them, and find the prefix of an address", () => {
  fc.assert(
    fc.property(fc.array(prefixes, { maxLength: 20 }), fc.integer({ min: 0, max: 255 }), (list, last) => {
      const ranges = new DisjointRanges();
      const taken: Ipv4Prefix[] = [];
      for (const prefix of list) {
        const clashes = taken.filter((each) => overlaps(each, prefix));
        const clash = ranges.add(prefix);
        expect(clashes.includes(clash ?? prefix)).toBe(clashes.length > 0);
        if (clash === undefined) taken.push(prefix);
      }
      const address = prefixOf(`10.0.0.${last}/32`).first;
      expect(ranges.find(address)).toBe(taken.find((each) => includes(each, address)));
    }),
  );
});

/** One by one, these would be ten thousand million comparisons. */
const many = Array.from({ length: 100_000 }, (_, index) => `${formatAddress(10 * 2 ** 24 + index * 8)}/29`);

test("a network compares a hundred thousand prefixes, and those of its subnets, in the time of a test", () => {
  const space = readAddressSpace({ id: "/vnet", name: "vnet", addressPrefixes: many });
  expect(space).toHaveLength(many.length);
  const subnets = many.map((prefix, index) => ({ id: `/s${index}`, name: `s${index}`, addressPrefixes: [prefix] }));
  expect(() => checkSubnets({ name: "vnet", prefixes: space }, subnets)).not.toThrow();
  const last = many.at(-1) ?? "";
  expect(() => readAddressSpace({ id: "/vnet", name: "vnet", addressPrefixes: [...many, last] })).toThrow(
    `The address prefixes ${last} and ${last} of virtual network 'vnet' overlap.`,
  );
});
