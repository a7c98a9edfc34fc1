import { DisjointRanges, overlaps, parsePrefix, type Ipv4Prefix } from "../ipv4.ts";
import { networkError } from "../network-errors.ts";
import { prefixLengths, readPrefix } from "../subnets/subnet-rules.ts";

/** Ranges that no virtual network may have (documented): loopback, link-local, multicast, broadcast, Azure's own DNS. */
const forbidden: readonly Ipv4Prefix[] = [
  "127.0.0.0/8",
  "169.254.0.0/16",
  "224.0.0.0/4",
  "255.255.255.255/32",
  "168.63.129.16/32",
].flatMap((text) => parsePrefix(text) ?? []);

/**
 * The address space of a virtual network. @throws ArmError for a prefix that is malformed, of a size that Azure does not
 * accept, or reserved, and for two that overlap. The wordings of the last three are ours.
 */
export function readAddressSpace(vnet: { id: string; name: string; addressPrefixes: readonly string[] }): Ipv4Prefix[] {
  const prefixes = vnet.addressPrefixes.map((text) => readPrefix(text, vnet.id));
  const taken = new DisjointRanges();
  for (const prefix of prefixes) {
    checkRange(prefix, vnet.name);
    const other = taken.add(prefix);
    if (other !== undefined) {
      throw networkError(
        "NetcfgInvalidVirtualNetworkSite",
        `The address prefixes ${other.text} and ${prefix.text} of virtual network '${vnet.name}' overlap.`,
      );
    }
  }
  return prefixes;
}

function checkRange(prefix: Ipv4Prefix, vnet: string): void {
  const { shortest, longest } = prefixLengths;
  if (prefix.length < shortest || prefix.length > longest) {
    throw networkError(
      "NetcfgInvalidIPAddressPrefix",
      `The address prefix ${prefix.text} of virtual network '${vnet}' is not valid: ` +
        `its length must be from ${shortest} to ${longest}.`,
    );
  }
  const range = forbidden.find((each) => overlaps(each, prefix));
  if (range === undefined) return;
  throw networkError(
    "NetcfgInvalidIPAddressPrefix",
    `The address prefix ${prefix.text} of virtual network '${vnet}' is not valid: it overlaps with ${range.text}.`,
  );
}
