import type { JsonObject } from "../../../kernel/json.ts";
import { repeatedPlaces } from "../../../kernel/repeated.ts";
import { duplicateChild, invalidLinkedId, missingReferenceId, wrongReference } from "../network-errors.ts";
import { isSame, parseResourceId } from "../../../arm/resource-id.ts";
import { checkName } from "../resource-name.ts";
import { knownBody, propertiesSince } from "../version-properties.ts";
import { readConnection } from "./connection-request.ts";
import type { ConnectionWish } from "./connection-request.ts";
import type { StaticIpConfiguration } from "./endpoint-document.ts";
import { endpointSchema } from "./endpoint-schema.ts";
import type { EndpointProperties } from "./endpoint-schema.ts";

/** What a PUT of a private endpoint asks for. */
export interface EndpointRequest {
  readonly subnetId: string;
  readonly connection: ConnectionWish;
  /** "" for a name that Azure makes up. */
  readonly customNetworkInterfaceName: string;
  /** Empty for an address that Azure chooses. */
  readonly ipConfigurations: readonly StaticIpConfiguration[];
  readonly applicationSecurityGroupIds: readonly string[];
  readonly ipVersionType: "IPv4" | "IPv6" | "DualStack";
}

/** Reads the body of a PUT. @throws ArmError when it is no private endpoint's. */
export function readEndpoint(body: JsonObject | undefined, id: string, apiVersion: string): EndpointRequest {
  const view = { apiVersion, since: propertiesSince.privateEndpoint };
  const { properties } = endpointSchema.parse(body === undefined ? body : knownBody(body, view));
  const customNetworkInterfaceName = properties.customNetworkInterfaceName ?? "";
  if (customNetworkInterfaceName !== "") checkName(customNetworkInterfaceName, "networkInterface");
  return {
    subnetId: readSubnetId(properties),
    connection: readConnection(properties, id),
    customNetworkInterfaceName,
    ipConfigurations: readIpConfigurations(properties, id),
    applicationSecurityGroupIds: readSecurityGroupIds(properties),
    ipVersionType: properties.ipVersionType ?? "IPv4",
  };
}

function readSubnetId({ subnet }: EndpointProperties): string {
  const id = subnet?.id ?? "";
  if (id !== "") return id;
  throw missingReferenceId("properties.subnet");
}

/** A member that is not named is the empty one, and refused as such (quoted by users). */
function readIpConfigurations({ ipConfigurations }: EndpointProperties, id: string): readonly StaticIpConfiguration[] {
  const read = (ipConfigurations ?? []).map(({ name, properties }): StaticIpConfiguration => {
    checkName(name, "ipConfiguration");
    const { groupId, memberName, privateIPAddress } = properties;
    return { name, groupId: groupId ?? "", memberName: memberName ?? "", privateIPAddress };
  });
  const [place] = repeatedPlaces(read.map(({ name }) => name.toLowerCase()));
  const repeated = read[place ?? -1];
  if (repeated !== undefined) throw duplicateChild(id, repeated.name);
  return read;
}

function readSecurityGroupIds({ applicationSecurityGroups }: EndpointProperties): readonly string[] {
  return (applicationSecurityGroups ?? []).map((reference, index) => {
    const path = `properties.applicationSecurityGroups[${index}]`;
    const id = reference.id ?? "";
    if (id === "") throw missingReferenceId(path);
    const read = parseResourceId(id);
    if (read === undefined) throw invalidLinkedId(id, `${path}.id`);
    if (isSame(read.type, "Microsoft.Network/applicationSecurityGroups")) return id;
    throw wrongReference({ id, kind: "applicationSecurityGroups", path });
  });
}
