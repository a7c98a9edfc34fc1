import fc from "fast-check";
import { expect, test } from "vitest";
import { formatAddress, parseAddress, parsePrefix } from "../../../src/providers/microsoft.network/ipv4.ts";
import { firstFreeAddress, isReserved } from "../../../src/providers/microsoft.network/subnets/subnet-rules.ts";

const prefixesOf = (...texts: string[]) => texts.flatMap((text) => parsePrefix(text) ?? []);
const numbers = (...texts: string[]) => new Set(texts.flatMap((text) => parseAddress(text) ?? []));

/** The addresses that a subnet gives, one after another, until it is full. */
function all(...texts: string[]): string[] {
  const prefixes = prefixesOf(...texts);
  const taken = new Set<number>();
  for (;;) {
    const next = firstFreeAddress(prefixes, taken);
    if (next === undefined) return [...taken].map(formatAddress);
    taken.add(next);
  }
}

test("a /29 gives three addresses, starting at .4", () => {
  expect(all("10.0.0.8/29")).toEqual(["10.0.0.12", "10.0.0.13", "10.0.0.14"]);
});

test("a /24 gives 251 addresses, and none of the five that Azure reserves", () => {
  const given = all("10.0.0.0/24");
  expect(given).toHaveLength(251);
  expect([given[0], given.at(-1)]).toEqual(["10.0.0.4", "10.0.0.254"]);
});

test("several prefixes give their addresses in their order", () => {
  expect(all("10.0.1.0/29", "10.0.0.0/29")).toEqual([
    "10.0.1.4",
    "10.0.1.5",
    "10.0.1.6",
    "10.0.0.4",
    "10.0.0.5",
    "10.0.0.6",
  ]);
});

test("a subnet gives the lowest address that is free again", () => {
  expect(firstFreeAddress(prefixesOf("10.0.0.0/24"), numbers("10.0.0.4", "10.0.0.6", "10.0.0.7"))).toBe(
    parseAddress("10.0.0.5"),
  );
});

test("a subnet gives the first address that is not taken and not reserved", () => {
  const cases = fc.tuple(fc.integer({ min: 24, max: 29 }), fc.array(fc.nat(255), { maxLength: 300 }));
  fc.assert(
    fc.property(cases, ([length, offsets]) => {
      const prefixes = prefixesOf(`10.0.0.0/${length}`);
      const [prefix] = prefixes;
      if (prefix === undefined) throw new Error("There is no prefix.");
      const taken = new Set(offsets.map((offset) => prefix.first + offset));
      const usable = Array.from({ length: prefix.last - prefix.first + 1 }, (_, offset) => prefix.first + offset);
      const free = usable.find((each) => !taken.has(each) && !isReserved(each, prefix));
      expect(firstFreeAddress(prefixes, taken)).toBe(free);
    }),
  );
});
