import { formatAddress, includes, parseAddress, parsePrefix } from "../addresses/ipv4.ts";
import type { Ipv4Prefix } from "../addresses/ipv4.ts";
import { firstFreeAddress, freeAddressesAfter, isReserved } from "../addresses/subnet-addresses.ts";
import { networkError } from "../network-errors.ts";
import type { SubnetDocument } from "./subnet-document.ts";

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

/** Lets an address be chosen that is in the subnet, free, and not Azure's own. @throws ArmError otherwise. */
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

/** How many other addresses are offered in the place of one that is not free (published example). */
const offered = 5;

/** Whether a resource may have an address; undefined when it is none of this subnet's, or undefined itself. */
export function readAvailability(subnet: SubnetDocument, address: number | undefined): AddressAvailability | undefined {
  const prefixes = prefixesOf(subnet);
  const prefix = prefixes.find((each) => includes(each, address));
  if (prefix === undefined || address === undefined) return undefined;
  const taken = takenOf(subnet);
  const isPlatformReserved = isReserved(address, prefix);
  if (!isPlatformReserved && !taken.has(address)) return { available: true, isPlatformReserved };
  const free = freeAddressesAfter(address, { prefixes, taken, most: offered });
  return { available: false, availableIPAddresses: free.map(formatAddress), isPlatformReserved };
}

/** As it is on the wire: other addresses only where the one that was asked for is not free (reported). */
export interface AddressAvailability {
  readonly available: boolean;
  readonly availableIPAddresses?: readonly string[];
  readonly isPlatformReserved: boolean;
}

const takenOf = ({ occupants }: SubnetDocument): ReadonlySet<number> =>
  new Set(occupants.flatMap(({ address }) => parseAddress(address) ?? []));

const prefixesOf = ({ addressPrefixes }: SubnetDocument): Ipv4Prefix[] =>
  addressPrefixes.flatMap((text) => parsePrefix(text) ?? []);
