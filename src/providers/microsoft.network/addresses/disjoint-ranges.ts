import { overlaps } from "./ipv4.ts";
import type { Ipv4Prefix } from "./ipv4.ts";

/** Prefixes of which no two have an address in common, in the order of their addresses: found by halves, not one by one. */
export class DisjointRanges {
  readonly #ranges: Ipv4Prefix[] = [];

  /** Puts a prefix among the others, unless one of them has an address in common with it, which is answered. */
  add(prefix: Ipv4Prefix): Ipv4Prefix | undefined {
    const at = this.#placeOf(prefix.first);
    const clash = [this.#ranges[at - 1], this.#ranges[at]].find((each) => each !== undefined && overlaps(each, prefix));
    if (clash === undefined) this.#ranges.splice(at, 0, prefix);
    return clash;
  }

  /** The prefix that an address lies in. */
  find(address: number): Ipv4Prefix | undefined {
    const before = this.#ranges[this.#placeOf(address + 1) - 1];
    return before !== undefined && address <= before.last ? before : undefined;
  }

  /** How many ranges begin before an address. */
  #placeOf(address: number): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ranges[middle]?.first ?? 0) < address) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
