import { bodySchema } from "../../../arm/body-schema.ts";
import { isJsonObject, type Json, type JsonObject } from "../../../kernel/json.ts";
import { networkError, invalidReference } from "../network-errors.ts";
import { knownBody, propertiesSince } from "../version-properties.ts";
import type { SubnetSettings } from "./subnet.ts";

const reference = { type: ["object", "null"], properties: { id: { type: "string" } } } as const;
const text = { type: ["string", "null"] } as const;

/** The properties of a subnet that are read. Others are read-only, or are not served here. */
export const subnetProperties = {
  type: ["object", "null"],
  properties: {
    addressPrefix: text,
    addressPrefixes: { type: ["array", "null"], items: { type: "string" } },
    privateEndpointNetworkPolicies: {
      type: ["string", "null"],
      enum: ["Enabled", "Disabled", "NetworkSecurityGroupEnabled", "RouteTableEnabled", null],
    },
    privateLinkServiceNetworkPolicies: { type: ["string", "null"], enum: ["Enabled", "Disabled", null] },
    serviceEndpoints: {
      type: ["array", "null"],
      items: { type: "object", required: ["service"], properties: { service: { type: "string" } } },
    },
    delegations: {
      type: ["array", "null"],
      items: {
        type: "object",
        required: ["name", "properties"],
        properties: {
          name: { type: "string" },
          properties: { type: "object", required: ["serviceName"], properties: { serviceName: { type: "string" } } },
        },
      },
    },
    defaultOutboundAccess: { type: ["boolean", "null"] },
    networkSecurityGroup: reference,
    routeTable: reference,
    natGateway: reference,
  },
} as const;

const subnetSchema = bodySchema(
  { type: "object", required: ["properties"], properties: { properties: subnetProperties } },
  "network",
);

type SubnetProperties = ReturnType<typeof subnetSchema.parse>["properties"];

/** The settings that a PUT of a subnet asks for. */
export const readSubnet = (body: JsonObject | undefined, id: string, apiVersion: string): SubnetSettings =>
  readSubnetProperties(subnetSchema.parse(knownSubnet(body, apiVersion)).properties, id);

/** A subnet with the properties that its version has; what is not an object is left for the schema to refuse. */
export const knownSubnet = <Body extends Json | undefined>(body: Body, apiVersion: string): Body | JsonObject =>
  isJsonObject(body) ? knownBody(body, { apiVersion, since: propertiesSince.subnet }) : body;

/** The same for a subnet in the body of its virtual network. @throws ArmError when it names something that does not exist. */
export function readSubnetProperties(properties: SubnetProperties, id: string): SubnetSettings {
  refuseReferences(properties, id);
  const given = properties ?? {};
  return {
    ...readPrefixes(properties, id),
    privateEndpointNetworkPolicies: given.privateEndpointNetworkPolicies ?? "Disabled",
    privateLinkServiceNetworkPolicies: given.privateLinkServiceNetworkPolicies ?? "Enabled",
    serviceEndpoints: (given.serviceEndpoints ?? []).map(({ service }) => service),
    delegations: (given.delegations ?? []).map((each) => ({
      name: each.name,
      serviceName: each.properties.serviceName,
    })),
    defaultOutboundAccess: given.defaultOutboundAccess ?? undefined,
    networkSecurityGroupId: given.networkSecurityGroup?.id,
  };
}

function readPrefixes(
  properties: SubnetProperties,
  id: string,
): Pick<SubnetSettings, "addressPrefixes" | "hasSinglePrefix"> {
  const several = properties?.addressPrefixes ?? [];
  if (several.length > 0) return { addressPrefixes: several, hasSinglePrefix: false };
  const single = properties?.addressPrefix ?? "";
  if (single !== "") return { addressPrefixes: [single], hasSinglePrefix: true };
  // The wording is ours.
  throw networkError("NetcfgInvalidSubnet", `Subnet ${id} has no address prefix.`);
}

/** Neither type is served here, so that no such resource exists. */
function refuseReferences(properties: SubnetProperties, id: string): void {
  const { routeTable, natGateway } = properties ?? {};
  for (const to of [routeTable?.id, natGateway?.id]) {
    if (to !== undefined) throw invalidReference({ to, from: id });
  }
}
