import { bodySchema } from "../../../arm/body-schema.ts";
import type { ArmRequest } from "../../../arm/resource-type.ts";
import type { Tags } from "../../../arm/tags.ts";
import { repeatedPlaces } from "../../../kernel/text.ts";
import {
  duplicateChild,
  invalidLinkedId,
  missingReferenceId,
  networkError,
  wrongReference,
} from "../network-errors.ts";
import { isSame, parseResourceId } from "../../../arm/resource-id.ts";
import { checkName, readLocation, readTags } from "../network-request.ts";
import { knownBody, propertiesSince } from "../version-properties.ts";
import { connectionId, connectionList, privateEndpoints } from "./private-endpoint.ts";
import type { RequestedConnection, StaticIpConfiguration } from "./private-endpoint.ts";

const text = { type: ["string", "null"] } as const;

const connectionsSchema = {
  type: ["array", "null"],
  items: {
    type: "object",
    required: ["name"],
    properties: {
      name: { type: "string" },
      properties: {
        type: ["object", "null"],
        properties: {
          privateLinkServiceId: text,
          groupIds: { type: ["array", "null"], items: { type: "string" } },
          requestMessage: text,
        },
      },
    },
  },
} as const;

const ipConfigurationsSchema = {
  type: ["array", "null"],
  items: {
    type: "object",
    required: ["name", "properties"],
    properties: {
      name: { type: "string" },
      properties: {
        type: "object",
        required: ["privateIPAddress"],
        properties: {
          groupId: text,
          memberName: text,
          privateIPAddress: { type: "string" },
        },
      },
    },
  },
} as const;

/** The body of a PUT. Read-only properties are not in it: they are accepted and ignored. */
const endpointSchema = bodySchema(
  {
    type: "object",
    required: ["properties"],
    properties: {
      properties: {
        type: "object",
        properties: {
          subnet: { type: ["object", "null"], properties: { id: text } },
          privateLinkServiceConnections: connectionsSchema,
          manualPrivateLinkServiceConnections: connectionsSchema,
          customNetworkInterfaceName: text,
          ipConfigurations: ipConfigurationsSchema,
          applicationSecurityGroups: { type: ["array", "null"], items: { type: "object", properties: { id: text } } },
          ipVersionType: { type: ["string", "null"], enum: ["IPv4", "IPv6", "DualStack", null] },
        },
      },
    },
  },
  "network",
);

type EndpointProperties = ReturnType<typeof endpointSchema.parse>["properties"];

/** A PUT of a private endpoint, as parsed. */
export interface EndpointRequest {
  readonly id: string;
  readonly name: string;
  /** Region name. */
  readonly location: string;
  readonly tags: Tags | undefined;
  readonly subnetId: string;
  readonly connection: RequestedConnection;
  /** "" for a name that Azure chooses. */
  readonly customNetworkInterfaceName: string;
  /** Empty for an address that Azure chooses. */
  readonly ipConfigurations: readonly StaticIpConfiguration[];
  readonly applicationSecurityGroupIds: readonly string[];
  readonly ipVersionType: "IPv4" | "IPv6" | "DualStack";
}

/** Parses a PUT of a private endpoint. @throws ArmError when its name or body is not valid. */
export function readEndpointRequest({ resourceId: id, name, body, apiVersion }: ArmRequest): EndpointRequest {
  checkName(name, "privateEndpoint");
  const location = readLocation(body, privateEndpoints.type);
  const view = { apiVersion, since: propertiesSince.privateEndpoint };
  const { properties } = endpointSchema.parse(body === undefined ? body : knownBody(body, view));
  const customNetworkInterfaceName = properties.customNetworkInterfaceName ?? "";
  if (customNetworkInterfaceName !== "") checkName(customNetworkInterfaceName, "networkInterface");
  return {
    id,
    name,
    location,
    subnetId: readSubnetId(properties),
    connection: readConnection(properties, id),
    customNetworkInterfaceName,
    ipConfigurations: readIpConfigurations(properties, id),
    applicationSecurityGroupIds: readSecurityGroupIds(properties),
    ipVersionType: properties.ipVersionType ?? "IPv4",
    tags: readTags(body),
  };
}

function readSubnetId({ subnet }: EndpointProperties): string {
  const id = subnet?.id ?? "";
  if (id === "") throw missingReferenceId("properties.subnet");
  return id;
}

/**
 * Reads the one connection of a body. Users quote that Azure permits only one; the codes for none and for several are
 * ours.
 */
function readConnection(properties: EndpointProperties, endpointId: string): RequestedConnection {
  const automatic = properties.privateLinkServiceConnections ?? [];
  const manual = properties.manualPrivateLinkServiceConnections ?? [];
  const [only, ...more] = [...automatic, ...manual];
  if (only === undefined) {
    throw networkError(
      "MissingPrivateLinkServiceConnection",
      `Private endpoint ${endpointId} has no private link service connection. It must have one.`,
    );
  }
  if (more.length > 0) {
    throw networkError(
      "OnlyOnePrivateLinkServiceConnectionPermitted",
      `Private endpoint ${endpointId} has the following private link service connections: ` +
        `${[only, ...more].map(({ name }) => name).join(", ")}. Only one private link service connection is permitted.`,
    );
  }
  return readOnlyConnection(only, manual.length > 0 ? "manual" : "automatic", endpointId);
}

function readOnlyConnection(
  { name, properties }: NonNullable<EndpointProperties["privateLinkServiceConnections"]>[number],
  approval: RequestedConnection["approval"],
  endpointId: string,
): RequestedConnection {
  checkName(name, "privateLinkServiceConnection");
  const id = connectionId(endpointId, { approval, name });
  const targetId = properties?.privateLinkServiceId ?? "";
  if (targetId === "") throw missingParameter("privateLinkServiceId", id);
  if (parseResourceId(targetId) === undefined) {
    throw invalidLinkedId(targetId, `properties.${connectionList({ approval })}[0].properties.privateLinkServiceId`);
  }
  const groupIds = properties?.groupIds ?? [];
  if (groupIds.length === 0) throw missingParameter("group Id", id);
  return { name, approval, targetId, groupIds, requestMessage: properties?.requestMessage ?? undefined };
}

const missingParameter = (parameter: string, id: string): Error =>
  networkError(
    "MissingParameterOnPrivateLinkServiceConnection",
    `Private link service connection ${id} is missing required parameter '${parameter}'.`,
  );

/** A member without a name is read as "", and refused later as a wrong member (quoted by users). */
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
