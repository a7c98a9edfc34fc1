import { formatAddress, includes, parseAddress, parsePrefix } from "../addresses/ipv4.ts";
import type { Ipv4Prefix } from "../addresses/ipv4.ts";
import { firstFreeAddress, isReserved } from "../addresses/subnet-addresses.ts";
import { networkError } from "../network-errors.ts";
import type { SubnetDocument } from "./subnet-document.ts";

/** The address that the next resource in a subnet gets. @throws ArmError when the subnet is full. */
export function nextAddress(subnet: SubnetDocument): string {
  const taken = new Set(subnet.occupants.flatMap(({ address }) => parseAddress(address) ?? []));
  const address = firstFreeAddress(prefixesOf(subnet), taken);
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

const prefixesOf = ({ addressPrefixes }: SubnetDocument): Ipv4Prefix[] =>
  addressPrefixes.flatMap((text) => parsePrefix(text) ?? []);
