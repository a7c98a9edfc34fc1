/** A range of IPv4 addresses in CIDR notation. Addresses are unsigned 32-bit numbers. */
export interface Ipv4Prefix {
  readonly text: string;
  readonly length: number;
  readonly first: number;
  readonly last: number;
  /** The same range written so that no bit is set beyond its length, as Azure demands. */
  readonly canonical: string;
}

const octet = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const addressPattern = new RegExp(`^${octet}\\.${octet}\\.${octet}\\.${octet}$`);
const prefixPattern = /^([^/]+)\/([12]?\d|3[0-2])$/;

/** The address that a text is in dotted-decimal notation; undefined when it is none. */
export function parseAddress(text: string): number | undefined {
  const octets = addressPattern.exec(text)?.slice(1);
  return octets?.reduce((address, part) => address * 256 + Number(part), 0);
}

/** `10.0.0.4` for 167772164. */
export const formatAddress = (address: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");

/** The range that a text is in CIDR notation; undefined when it is none. */
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

/** Whether an address lies in a range; what is no address lies in none. */
export const includes = ({ first, last }: Range, address: number | undefined): boolean =>
  address !== undefined && first <= address && address <= last;
