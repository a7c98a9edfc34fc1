import { invalidFormat } from "../../../arm/errors.ts";
import type { JsonObject } from "../../../kernel/json.ts";
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
  readonly ipConfiguration: StaticIpConfiguration | undefined;
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
    ipConfiguration: readIpConfiguration(properties),
  };
}

function readSubnetId({ subnet }: EndpointProperties): string {
  const id = subnet?.id ?? "";
  if (id !== "") return id;
  const message = "Value for reference id is missing. Path properties.subnet.";
  throw invalidFormat([{ code: "MissingJsonReferenceId", message }]);
}

function readIpConfiguration({ ipConfigurations: given }: EndpointProperties): StaticIpConfiguration | undefined {
  const [first] = given ?? [];
  if (first === undefined) return undefined;
  checkName(first.name, "ipConfiguration");
  const { groupId, memberName, privateIPAddress } = first.properties;
  return { name: first.name, groupId, memberName, privateIPAddress };
}
