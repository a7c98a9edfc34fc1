import { DisjointRanges, contains, formatAddress, includes, parseAddress, parsePrefix } from "../ipv4.ts";
import type { Ipv4Prefix } from "../ipv4.ts";
import { networkError } from "../network-errors.ts";
import type { SubnetDocument } from "./subnet.ts";

/** The lengths of prefixes that Azure accepts: from half of all addresses to eight of them (documented). */
export const prefixLengths = { shortest: 2, longest: 29 } as const;

/** A prefix of the resource `id`. @throws ArmError when it is malformed or has bits set beyond its length. */
export function readPrefix(text: string, id: string): Ipv4Prefix {
  const prefix = parsePrefix(text);
  if (prefix === undefined) {
    throw networkError(
      "InvalidAddressPrefixFormat",
      `Address prefix ${text} of resource ${id} is not formatted correctly. ` +
        "It should follow CIDR notation, for example 10.0.0.0/24.",
    );
  }
  if (prefix.canonical === text) return prefix;
  throw networkError(
    "InvalidCIDRNotation",
    `The address prefix ${text} in resource ${id} has an invalid CIDR notation. ` +
      `For the given prefix length, the address prefix should be ${prefix.canonical}.`,
  );
}

/** A subnet to write, and its id. */
interface PlannedSubnet {
  readonly id: string;
  readonly name: string;
  readonly addressPrefixes: readonly string[];
}

/** Refuses subnets outside their virtual network, and subnets that overlap. @throws ArmError */
export function checkSubnets(
  vnet: { name: string; prefixes: readonly Ipv4Prefix[] },
  subnets: readonly PlannedSubnet[],
): void {
  const space = new DisjointRanges();
  for (const prefix of vnet.prefixes) space.add(prefix);
  const taken = new DisjointRanges();
  for (const subnet of subnets) {
    for (const text of subnet.addressPrefixes) {
      const prefix = readPrefix(text, subnet.id);
      checkSize(prefix, subnet.name, vnet.name);
      const around = space.find(prefix.first);
      if (around === undefined || !contains(around, prefix)) throw outside(subnet.name, vnet.name);
      if (taken.add(prefix) !== undefined) throw overlapping(subnet.name, vnet.name);
    }
  }
}

function checkSize({ length }: Ipv4Prefix, subnet: string, vnet: string): void {
  if (length >= prefixLengths.shortest && length <= prefixLengths.longest) return;
  throw networkError("NetcfgInvalidSubnet", `Subnet '${subnet}' is not valid in virtual network '${vnet}'.`);
}

const outside = (subnet: string, vnet: string): Error =>
  networkError(
    "NetcfgSubnetRangeOutsideVnet",
    `Subnet '${subnet}' is not valid because its IP address range is outside the IP address range of virtual network '${vnet}'.`,
  );

const overlapping = (subnet: string, vnet: string): Error =>
  networkError(
    "NetcfgSubnetRangesOverlap",
    `Subnet '${subnet}' is not valid because its IP address range overlaps with that of an existing subnet ` +
      `in virtual network '${vnet}'.`,
  );

/** Refuses to remove a subnet with addresses in use. @throws ArmError naming what has them. */
export function checkUnoccupied({ name, occupants }: SubnetDocument): void {
  const [occupant] = occupants;
  if (occupant === undefined) return;
  throw networkError(
    "InUseSubnetCannotBeDeleted",
    `Subnet ${name} is in use by ${occupant.ipConfigurationId} and cannot be deleted. ` +
      "In order to delete the subnet, delete all the resources within the subnet. See aka.ms/deletesubnet.",
  );
}

/** Refuses to remove prefixes with addresses in use. */
export function checkPrefixesKept(subnet: SubnetDocument, prefixes: readonly string[]): void {
  const kept = new Set(prefixes);
  const lost = subnet.addressPrefixes.find((prefix) => !kept.has(prefix) && isOccupied(subnet, prefix));
  if (lost === undefined) return;
  throw networkError(
    "InUsePrefixCannotBeDeleted",
    `IpPrefix ${lost} on Subnet ${subnet.name} has active allocations and cannot be deleted.`,
  );
}

function isOccupied({ occupants }: SubnetDocument, text: string): boolean {
  const prefix = parsePrefix(text);
  return prefix !== undefined && occupants.some(({ address }) => includes(prefix, parseAddress(address)));
}

/** The address that the next resource in a subnet gets. @throws ArmError when the subnet is full. */
export function nextAddress(subnet: SubnetDocument): string {
  const address = firstFreeAddress(prefixesOf(subnet), takenOf(subnet));
  if (address !== undefined) return formatAddress(address);
  throw networkError(
    "SubnetIsFull",
    `Subnet ${subnet.name} with address prefix ${subnet.addressPrefixes.join(", ")} does not have enough capacity ` +
      "for 1 IP addresses.",
  );
}

/** Refuses a chosen address unless it is in the subnet, free and not reserved. */
export function checkAddress(subnet: SubnetDocument, text: string, ipConfigurationId: string): void {
  const address = parseAddress(text);
  const prefix = prefixesOf(subnet).find((each) => includes(each, address));
  if (address === undefined || prefix === undefined) {
    throw networkError(
      "PrivateIPAddressNotInSubnet",
      `Private static IP address ${text} does not belong to the range of subnet prefix ${subnet.addressPrefixes.join(", ")}.`,
    );
  }
  if (isReserved(address, prefix)) {
    throw networkError(
      "PrivateIPAddressInReservedRange",
      `Private static IP address ${text} falls within reserved IP range of subnet prefix ${prefix.text}.`,
    );
  }
  const occupant = subnet.occupants.find((each) => each.address === text);
  if (occupant === undefined) return;
  throw networkError(
    "PrivateIPAddressIsAllocated",
    `IP configuration ${ipConfigurationId} is using the private IP address ${text} which is already allocated to ` +
      `resource ${occupant.ipConfigurationId}.`,
  );
}

/** How many other addresses are offered instead of one that is not free (published example). */
const offered = 5;

/** Whether a resource may have an address; undefined when the address is not in this subnet, or undefined itself. */
export function readAvailability(subnet: SubnetDocument, address: number | undefined): AddressAvailability | undefined {
  const prefixes = prefixesOf(subnet);
  const prefix = prefixes.find((each) => includes(each, address));
  if (prefix === undefined || address === undefined) return undefined;
  const taken = takenOf(subnet);
  const isPlatformReserved = isReserved(address, prefix);
  if (!isPlatformReserved && !taken.has(address)) return { available: true, isPlatformReserved };
  const free = freeAddressesAfter(address, { prefix, prefixes, taken });
  return { available: false, availableIPAddresses: free.map(formatAddress), isPlatformReserved };
}

/** The wire form: other addresses only if the requested one is not free (reported). */
interface AddressAvailability {
  readonly available: boolean;
  readonly availableIPAddresses?: readonly string[];
  readonly isPlatformReserved: boolean;
}

const takenOf = ({ occupants }: SubnetDocument): ReadonlySet<number> =>
  new Set(occupants.flatMap(({ address }) => parseAddress(address) ?? []));

const prefixesOf = ({ addressPrefixes }: SubnetDocument): Ipv4Prefix[] =>
  addressPrefixes.flatMap((text) => parsePrefix(text) ?? []);

/** Azure reserves the first four addresses of a subnet and its last (documented). */
const reserved = { first: 4, last: 1 } as const;

type Range = Pick<Ipv4Prefix, "first" | "last">;

/** The addresses of a prefix that resources may have. */
const usable = ({ first, last }: Range): Range => ({ first: first + reserved.first, last: last - reserved.last });

/** The lowest address that is free; undefined when the subnet is full. */
export function firstFreeAddress(prefixes: readonly Ipv4Prefix[], taken: ReadonlySet<number>): number | undefined {
  for (const address of freeAddresses(prefixes.map(usable), taken)) return address;
  return undefined;
}

/** The first free addresses after an address of `prefix`, and then from the beginning. */
function freeAddressesAfter(
  address: number,
  subnet: { prefix: Ipv4Prefix; prefixes: readonly Ipv4Prefix[]; taken: ReadonlySet<number> },
): number[] {
  const { prefix, prefixes, taken } = subnet;
  const { first, last } = usable(prefix);
  const after = { first: Math.max(first, address + 1), last };
  const found = new Set<number>();
  for (const free of freeAddresses([after, ...prefixes.map(usable)], taken)) {
    found.add(free);
    if (found.size === offered) break;
  }
  return [...found];
}

function* freeAddresses(ranges: readonly Range[], taken: ReadonlySet<number>): Generator<number> {
  for (const { first, last } of ranges) {
    for (let address = first; address <= last; address += 1) if (!taken.has(address)) yield address;
  }
}

/** Whether Azure reserves an address of this prefix. */
export const isReserved = (address: number, prefix: Ipv4Prefix): boolean => !includes(usable(prefix), address);
