/** A range of IPv4 addresses in CIDR notation. Addresses are unsigned 32-bit numbers. */
export interface Ipv4Prefix {
  readonly text: string;
  readonly length: number;
  readonly first: number;
  readonly last: number;
  /** The same range written without a bit beyond its length, as Azure requires. */
  readonly canonical: string;
}

const octet = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const addressPattern = new RegExp(`^${octet}\\.${octet}\\.${octet}\\.${octet}$`);
const prefixPattern = /^([^/]+)\/([12]?\d|3[0-2])$/;

/** Parses an address in dotted-decimal notation; undefined for any other text. */
export function parseAddress(text: string): number | undefined {
  const octets = addressPattern.exec(text)?.slice(1);
  return octets?.reduce((address, part) => address * 256 + Number(part), 0);
}

/** `10.0.0.4` for 167772164. */
export const formatAddress = (address: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");

/** Parses a range in CIDR notation; undefined for any other text. */
export function parsePrefix(text: string): Ipv4Prefix | undefined {
  const [, start = "", bits] = prefixPattern.exec(text) ?? [];
  const address = parseAddress(start);
  if (address === undefined || bits === undefined) return undefined;
  const length = Number(bits);
  const size = 2 ** (32 - length);
  const first = address - (address % size);
  return { text, length, first, last: first + size - 1, canonical: `${formatAddress(first)}/${length}` };
}

type Range = Pick<Ipv4Prefix, "first" | "last">;

/** Whether all of `inner` lies in `outer`. */
export const contains = (outer: Range, inner: Range): boolean => outer.first <= inner.first && inner.last <= outer.last;

/** Whether two ranges have an address in common. */
export const overlaps = (one: Range, other: Range): boolean => one.first <= other.last && other.first <= one.last;

/** Whether an address lies in a range; undefined lies in none. */
export const includes = ({ first, last }: Range, address: number | undefined): boolean =>
  address !== undefined && first <= address && address <= last;

/** Prefixes of which no two overlap, in the order of their addresses. It finds them by binary search. */
export class DisjointRanges {
  readonly #ranges: Ipv4Prefix[] = [];

  /** Adds a prefix, unless it overlaps with one of the others: then it returns that one. */
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
