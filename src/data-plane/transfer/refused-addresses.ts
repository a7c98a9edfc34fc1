import { lookup as systemLookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** IPv4 networks that no dump is transferred to or from, as [network, prefix length]. */
const refusedNetworks = [
  // This host, and unassigned addresses, including the broadcast address (RFC 6890).
  ["0.0.0.0", 8],
  ["240.0.0.0", 4],
  // Link-local, where clouds serve the metadata and the tokens of a machine (RFC 3927).
  ["169.254.0.0", 16],
  // Other addresses of metadata: Azure, Alibaba, Oracle.
  ["168.63.129.16", 32],
  ["100.100.100.200", 32],
  ["192.0.0.192", 32],
  // Multicast (RFC 5771).
  ["224.0.0.0", 4],
] as const;

/** IPv6 networks of the same kinds: unspecified, link-local, multicast, the metadata of AWS and of Google. */
const refusedNetworks6 = [
  ["::", 128],
  ["fe80::", 10],
  ["ff00::", 8],
  ["fd00:ec2::254", 128],
  ["fd20:ce::254", 128],
] as const;

const refused = new BlockList();
for (const [network, prefix] of refusedNetworks) {
  // A rule for an IPv4 network also covers its addresses mapped to IPv6.
  refused.addSubnet(network, prefix, "ipv4");
  // The network in NAT64 and 6to4 (RFC 6052, RFC 3056).
  refused.addSubnet(`64:ff9b::${network}`, 96 + prefix, "ipv6");
  refused.addSubnet(sixToFour(network), 16 + prefix, "ipv6");
  // The network in IPv4-compatible addresses (RFC 4291), except the first, which has ::1.
  if (network !== "0.0.0.0") refused.addSubnet(`::${network}`, 96 + prefix, "ipv6");
}
for (const [network, prefix] of refusedNetworks6) refused.addSubnet(network, prefix, "ipv6");

function sixToFour(network: string): string {
  const hexadecimal = network.split(".").map((part) => Number(part).toString(16).padStart(2, "0"));
  return `2002:${hexadecimal.slice(0, 2).join("")}:${hexadecimal.slice(2).join("")}::`;
}

/** Why nothing is transferred to or from an address, to end the sentence "The URL … "; undefined when it may be. */
export function addressRefusal(address: string): string | undefined {
  if (!refused.check(address, isIP(address) === 6 ? "ipv6" : "ipv4")) return undefined;
  return (
    `leads to the address ${address}, which is link-local, multicast or a cloud's metadata: ` +
    "only the setting --link-local-transfers allows that."
  );
}

/** The same for a URL whose host is an address; names are not resolved. */
export function hostRefusal({ hostname }: URL): string | undefined {
  const address = hostname.replace(/^\[(?<inner>.*)\]$/, "$<inner>");
  return isIP(address) === 0 ? undefined : addressRefusal(address);
}

/** Resolves names for connections and fails for a refused address, so that exactly the judged address is connected to. */
export const judgingLookup =
  (lookup: LookupFunction = systemLookup): LookupFunction =>
  (hostname, options, done) => {
    lookup(hostname, options, (cause, found, family) => {
      const addresses = typeof found === "string" ? [found] : (found ?? []).map(({ address }) => address);
      const why = cause === null ? addresses.map(addressRefusal).find((each) => each !== undefined) : undefined;
      if (why === undefined) done(cause, found, family);
      else done(new Error(`it ${why}`), found, family);
    });
  };
