import { isIPv6 } from "node:net";
import { networkResponse, type ArmOperation, type ResourceType } from "../../../arm/resource-type.ts";
import { parentNotFound } from "../../../arm/errors.ts";
import { parseAddress } from "../ipv4.ts";
import { networkError } from "../network-errors.ts";
import { networkType, type NetworkServices } from "../network-type.ts";
import { readAvailability } from "../subnets/subnet-rules.ts";
import { virtualNetworks } from "./virtual-network.ts";
import { subnets } from "../subnets/subnet.ts";

/** `virtualNetworks/{name}/CheckIPAddressAvailability?ipAddress=`: an action with the method GET (published). */
export const addressCheckType = (services: NetworkServices): ResourceType => ({
  ...networkType(["virtualNetworks", "CheckIPAddressAvailability"], { list: checkAddress(services) }),
  listed: false,
});

const checkAddress = ({ store }: NetworkServices): ArmOperation => ({
  action: "Microsoft.Network/virtualNetworks/checkIpAddressAvailability/read",
  display: {
    operation: "Check IP Address Availability",
    description: "Checks whether an address is free in a virtual network.",
  },
  async handle({ resourceId, query }) {
    const text = query.get("ipaddress") ?? "";
    const address = readAddress(text);
    const vnet = await virtualNetworks.find(store, resourceId);
    if (vnet === undefined) {
      const type = "virtualNetworks/CheckIPAddressAvailability";
      throw parentNotFound({ verb: "read", type, parentId: resourceId });
    }
    const below = await subnets.children(store, vnet.key);
    const [availability] = below.flatMap(({ document }) => readAvailability(document, address) ?? []);
    if (availability !== undefined) return networkResponse(200, availability);
    // The code is the one that Microsoft's libraries look for, the wording ours.
    throw networkError(
      "PrivateIPAddressNotInAnySubnet",
      `Private static IP address ${text} does not belong to the range of any subnet of virtual network ${vnet.id}.`,
    );
  },
});

/** Undefined for an IPv6 address, which no subnet here has. @throws ArmError for other text. */
function readAddress(text: string): number | undefined {
  if (text === "") {
    // The sentence is quoted by users, the code ours.
    throw networkError(
      "BadRequest",
      "Private IP address is null or empty in the CheckIpAddressAvailability call. " +
        "Specify IpAddress=$(ipaddress) as a query parameter in the request URI.",
    );
  }
  const address = parseAddress(text);
  if (address === undefined && !isIPv6(text)) {
    throw networkError("BadRequest", `The value '${text}' of the query parameter ipAddress is not a valid IP address.`);
  }
  return address;
}
