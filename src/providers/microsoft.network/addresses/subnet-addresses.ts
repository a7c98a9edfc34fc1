import { includes } from "./ipv4.ts";
import type { Ipv4Prefix } from "./ipv4.ts";

/** Azure keeps the first four addresses of a subnet and its last (documented). */
const reserved = { first: 4, last: 1 } as const;

type Range = Pick<Ipv4Prefix, "first" | "last">;

/** The addresses of a prefix that resources may have. */
const usable = ({ first, last }: Range): Range => ({ first: first + reserved.first, last: last - reserved.last });

/** The lowest address that a resource may have and none has; undefined when the subnet is full. */
export function firstFreeAddress(prefixes: readonly Ipv4Prefix[], taken: ReadonlySet<number>): number | undefined {
  for (const address of freeAddresses(prefixes.map(usable), taken)) return address;
  return undefined;
}

/** So many addresses at the most that a resource may have and none has: those after `address`, and then from the beginning. */
export function freeAddressesAfter(
  address: number,
  { prefixes, taken, most }: { prefixes: readonly Ipv4Prefix[]; taken: ReadonlySet<number>; most: number },
): number[] {
  const ranges = prefixes.map(usable);
  const rest = prefixes.flatMap((prefix, index) => (includes(prefix, address) ? (ranges[index] ?? []) : []));
  const after = rest.map(({ first, last }) => ({ first: Math.max(first, address + 1), last }));
  const found = new Set<number>();
  for (const free of freeAddresses([...after, ...ranges], taken)) {
    found.add(free);
    if (found.size === most) break;
  }
  return [...found];
}

function* freeAddresses(ranges: readonly Range[], taken: ReadonlySet<number>): Generator<number> {
  for (const { first, last } of ranges) {
    for (let address = first; address <= last; address += 1) if (!taken.has(address)) yield address;
  }
}

/** Whether Azure keeps an address of this range for itself. */
export const isReserved = (address: number, prefix: Ipv4Prefix): boolean => !includes(usable(prefix), address);
