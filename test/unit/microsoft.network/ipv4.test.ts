import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  DisjointRanges,
  contains,
  formatAddress,
  includes,
  overlaps,
  parseAddress,
  parsePrefix,
} from "../../../src/providers/microsoft.network/ipv4.ts";
import type { Ipv4Prefix } from "../../../src/providers/microsoft.network/ipv4.ts";
import { checkSubnets } from "../../../src/providers/microsoft.network/subnets/subnet-rules.ts";
import { readAddressSpace } from "../../../src/providers/microsoft.network/virtual-networks/virtual-network-rules.ts";

const addresses = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const lengths = fc.integer({ min: 0, max: 32 });
const prefixes = fc.tuple(addresses, lengths).map(([address, length]) => prefix(`${formatAddress(address)}/${length}`));

function prefix(text: string): Ipv4Prefix {
  const parsed = parsePrefix(text);
  if (parsed === undefined) throw new Error(`'${text}' is not a prefix.`);
  return parsed;
}

describe("an address", () => {
  test("parses an address and formats it", () => {
    expect(parseAddress("10.0.0.4")).toBe(167_772_164);
    expect(formatAddress(167_772_164)).toBe("10.0.0.4");
    expect(parseAddress("255.255.255.255")).toBe(4_294_967_295);
    expect(parseAddress("0.0.0.0")).toBe(0);
  });

  test("parses every address that it formats", () => {
    fc.assert(
      fc.property(addresses, (address) => {
        expect(parseAddress(formatAddress(address))).toBe(address);
      }),
    );
  });

  test.each([
    "",
    "10",
    "10.0.0",
    "10.0.0.0.0",
    "10.0.0.256",
    "10.0.0.-1",
    "10.0.0.04",
    "10.0.0.0x1",
    " 10.0.0.1",
    "::1",
  ])("does not parse the address '%s'", (text) => expect(parseAddress(text)).toBeUndefined());
});

describe("a prefix", () => {
  test.each([
    ["10.0.0.0/24", "10.0.0.0", "10.0.0.255", "10.0.0.0/24"],
    ["10.0.0.77/24", "10.0.0.0", "10.0.0.255", "10.0.0.0/24"],
    ["10.0.0.9/29", "10.0.0.8", "10.0.0.15", "10.0.0.8/29"],
    ["10.1.2.3/0", "0.0.0.0", "255.255.255.255", "0.0.0.0/0"],
    ["10.1.2.3/32", "10.1.2.3", "10.1.2.3", "10.1.2.3/32"],
  ])("parses the prefix %s: from %s to %s, in canonical form %s", (text, first, last, canonical) => {
    const read = prefix(text);
    expect([formatAddress(read.first), formatAddress(read.last), read.canonical]).toEqual([first, last, canonical]);
  });

  test.each(["10.0.0.0", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/024", "10.0.0.0/", "/24", "10.0.0/24", "fd00::/64"])(
    "does not parse the prefix '%s'",
    (text) => expect(parsePrefix(text)).toBeUndefined(),
  );

  test("a prefix has as many addresses as its length says, and its canonical form is the same range", () => {
    fc.assert(
      fc.property(prefixes, (each) => {
        expect(each.last - each.first + 1).toBe(2 ** (32 - each.length));
        expect(each.first % (each.last - each.first + 1)).toBe(0);
        expect(prefix(each.canonical)).toMatchObject({ first: each.first, last: each.last });
      }),
    );
  });

  test("two prefixes overlap exactly when one contains the other", () => {
    fc.assert(
      fc.property(prefixes, prefixes, (one, other) => {
        expect(overlaps(one, other)).toBe(contains(one, other) || contains(other, one));
        expect(overlaps(one, other)).toBe(overlaps(other, one));
      }),
    );
    expect(overlaps(prefix("10.0.0.0/25"), prefix("10.0.0.128/25"))).toBe(false);
  });

  test("a prefix includes its first and last address, and not the addresses next to them", () => {
    const read = prefix("10.0.0.8/29");
    expect([read.first - 1, read.first, read.last, read.last + 1].map((each) => includes(read, each))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(includes(read, undefined)).toBe(false);
  });
});

const closePrefixes = fc
  .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 24, max: 32 }))
  .map(([last, length]) => prefix(`10.0.0.${last}/${length}`));

test("disjoint ranges accept a prefix exactly when it overlaps with none of them, and find the prefix of an address", () => {
  fc.assert(
    fc.property(fc.array(closePrefixes, { maxLength: 20 }), fc.integer({ min: 0, max: 255 }), (list, last) => {
      const ranges = new DisjointRanges();
      const taken: Ipv4Prefix[] = [];
      for (const added of list) {
        const clashes = taken.filter((each) => overlaps(each, added));
        const clash = ranges.add(added);
        expect(clashes.includes(clash ?? added)).toBe(clashes.length > 0);
        if (clash === undefined) taken.push(added);
      }
      const address = prefix(`10.0.0.${last}/32`).first;
      expect(ranges.find(address)).toBe(taken.find((each) => includes(each, address)));
    }),
  );
});

/** To compare each with each takes ten thousand million comparisons. */
const many = Array.from({ length: 100_000 }, (_, index) => `${formatAddress(10 * 2 ** 24 + index * 8)}/29`);

test("a network compares a hundred thousand prefixes, and those of its subnets, in the time of a test", () => {
  const space = readAddressSpace({ id: "/vnet", name: "vnet", addressPrefixes: many });
  expect(space).toHaveLength(many.length);
  const subnets = many.map((text, index) => ({ id: `/s${index}`, name: `s${index}`, addressPrefixes: [text] }));
  expect(() => checkSubnets({ name: "vnet", prefixes: space }, subnets)).not.toThrow();
  const last = many.at(-1) ?? "";
  expect(() => readAddressSpace({ id: "/vnet", name: "vnet", addressPrefixes: [...many, last] })).toThrow(
    `The address prefixes ${last} and ${last} of virtual network 'vnet' overlap.`,
  );
});
