import type { Ipv4Prefix } from "./ipv4.ts";

/** Azure keeps the first four addresses of a subnet and its last (documented). */
const reserved = { first: 4, last: 1 } as const;

/** The lowest address that a resource may have and none has; undefined when the subnet is full. */
export function firstFreeAddress(prefixes: readonly Ipv4Prefix[], taken: ReadonlySet<number>): number | undefined {
  for (const prefix of prefixes) {
    for (let address = prefix.first + reserved.first; address <= prefix.last - reserved.last; address += 1) {
      if (!taken.has(address)) return address;
    }
  }
  return undefined;
}

/** Whether Azure keeps an address of this range for itself. */
export const isReserved = (address: number, { first, last }: Ipv4Prefix): boolean =>
  address < first + reserved.first || address > last - reserved.last;
