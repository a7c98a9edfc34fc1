import { DisjointRanges } from "../addresses/disjoint-ranges.ts";
import { contains, includes, parseAddress, parsePrefix } from "../addresses/ipv4.ts";
import type { Ipv4Prefix } from "../addresses/ipv4.ts";
import { networkError } from "../network-errors.ts";
import type { SubnetDocument } from "./subnet-document.ts";

/** The lengths of prefixes that Azure takes: from half of all addresses to eight of them (documented). */
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

/** A subnet that is to be, and the id that it is to have. */
export interface PlannedSubnet {
  readonly id: string;
  readonly name: string;
  readonly addressPrefixes: readonly string[];
}

/** Lets subnets pass that lie in their virtual network and have no address in common. @throws ArmError otherwise. */
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

/** Lets a subnet go, or its prefix, only while nothing has an address of it. @throws ArmError naming what has one. */
export function checkUnoccupied({ name, occupants }: SubnetDocument): void {
  const [occupant] = occupants;
  if (occupant === undefined) return;
  throw networkError(
    "InUseSubnetCannotBeDeleted",
    `Subnet ${name} is in use by ${occupant.ipConfigurationId} and cannot be deleted. ` +
      "In order to delete the subnet, delete all the resources within the subnet. See aka.ms/deletesubnet.",
  );
}

/** Lets a subnet lose only prefixes that nothing has an address of. */
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
