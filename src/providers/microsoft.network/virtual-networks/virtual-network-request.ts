import { bodySchema } from "../../../arm/body-schema.ts";
import type { ArmRequest } from "../../../arm/resource-type.ts";
import { isJsonObject, type JsonObject } from "../../../kernel/json.ts";
import { repeatedPlaces } from "../../../kernel/text.ts";
import { duplicateChild } from "../network-errors.ts";
import { checkName } from "../network-request.ts";
import { knownBody, propertiesSince } from "../version-properties.ts";
import { knownSubnet, readSubnetProperties, subnetProperties } from "../subnets/subnet-request.ts";
import type { SubnetSettings } from "../subnets/subnet.ts";
import type { VnetSettings } from "./virtual-network.ts";

const strings = { type: ["array", "null"], items: { type: "string" } } as const;

const vnetSchema = bodySchema(
  {
    type: "object",
    required: ["properties"],
    properties: {
      properties: {
        type: "object",
        required: ["addressSpace"],
        properties: {
          addressSpace: {
            type: "object",
            required: ["addressPrefixes"],
            properties: { addressPrefixes: { type: "array", items: { type: "string" }, minItems: 1 } },
          },
          dhcpOptions: { type: ["object", "null"], properties: { dnsServers: strings } },
          enableDdosProtection: { type: ["boolean", "null"] },
          encryption: {
            type: ["object", "null"],
            required: ["enabled"],
            properties: {
              enabled: { type: "boolean" },
              enforcement: { type: ["string", "null"], enum: ["DropUnencrypted", "AllowUnencrypted", null] },
            },
          },
          flowTimeoutInMinutes: { type: ["integer", "null"], minimum: 4, maximum: 30 },
          privateEndpointVNetPolicies: { type: ["string", "null"], enum: ["Disabled", "Basic", null] },
          // Not served here: refused, because to ignore them would lose them.
          virtualNetworkPeerings: { type: ["array", "null"], maxItems: 0 },
          subnets: {
            type: ["array", "null"],
            items: {
              type: "object",
              required: ["name"],
              properties: { name: { type: "string" }, properties: subnetProperties },
            },
          },
        },
      },
    },
  },
  "network",
);

/** A subnet in the body of its virtual network. */
export interface InlineSubnet {
  readonly id: string;
  readonly name: string;
  readonly settings: SubnetSettings;
}

/** What a PUT of a virtual network asks for. */
export interface VnetRequest {
  readonly settings: VnetSettings;
  /** Undefined when the body names no subnets, which then stay. */
  readonly subnets: readonly InlineSubnet[] | undefined;
}

/** Reads the body of a PUT. @throws ArmError naming every fault. */
export function readVnet({ body, resourceId: id, apiVersion }: ArmRequest): VnetRequest {
  const { properties } = vnetSchema.parse(body === undefined ? body : knownVnet(body, apiVersion));
  const { addressSpace, dhcpOptions, encryption } = properties;
  const settings: VnetSettings = {
    addressPrefixes: addressSpace.addressPrefixes,
    dnsServers: dhcpOptions?.dnsServers ?? undefined,
    enableDdosProtection: properties.enableDdosProtection ?? false,
    encryption: encryption == null ? undefined : encryptionOf(encryption),
    flowTimeoutInMinutes: properties.flowTimeoutInMinutes ?? undefined,
    privateEndpointVNetPolicies: properties.privateEndpointVNetPolicies ?? undefined,
  };
  const subnets = properties.subnets?.map((each) => readInline(each, id));
  if (subnets !== undefined) checkDistinct(subnets, id);
  return { settings, subnets };
}

function knownVnet(body: JsonObject, apiVersion: string): JsonObject {
  const known = knownBody(body, { apiVersion, since: propertiesSince.virtualNetwork });
  const { properties } = known;
  if (!isJsonObject(properties) || !Array.isArray(properties["subnets"])) return known;
  const subnets = properties["subnets"].map((each) => knownSubnet(each, apiVersion));
  return { ...known, properties: { ...properties, subnets } };
}

type ParsedSubnet = NonNullable<ReturnType<typeof vnetSchema.parse>["properties"]["subnets"]>[number];

function readInline({ name, properties }: ParsedSubnet, vnetId: string): InlineSubnet {
  checkName(name, "subnet");
  const id = `${vnetId}/subnets/${name}`;
  return { id, name, settings: readSubnetProperties(properties ?? null, id) };
}

const encryptionOf = (encryption: { enabled: boolean; enforcement?: string | null }): VnetSettings["encryption"] => ({
  enabled: encryption.enabled,
  enforcement: encryption.enforcement ?? "AllowUnencrypted",
});

function checkDistinct(subnets: readonly InlineSubnet[], id: string): void {
  const [place] = repeatedPlaces(subnets.map(({ name }) => name.toLowerCase()));
  const repeated = subnets[place ?? -1];
  if (repeated === undefined) return;
  throw duplicateChild(id, repeated.name);
}
