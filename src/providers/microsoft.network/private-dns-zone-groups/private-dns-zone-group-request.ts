import { bodySchema } from "../../../arm/body-schema.ts";
import type { ArmRequest } from "../../../arm/resource-type.ts";
import { repeatedPlaces } from "../../../kernel/text.ts";
import { duplicateChild, invalidLinkedId, wrongReference } from "../network-errors.ts";
import { isSame, parseResourceId } from "../../../arm/resource-id.ts";
import { checkName } from "../network-request.ts";
import type { ZoneConfig } from "./private-dns-zone-group.ts";

/** How many zones a group may have (documented). */
const maxZones = 5;

const zoneGroupSchema = bodySchema(
  {
    type: "object",
    required: ["properties"],
    properties: {
      properties: {
        type: "object",
        required: ["privateDnsZoneConfigs"],
        properties: {
          privateDnsZoneConfigs: {
            type: "array",
            maxItems: maxZones,
            items: {
              type: "object",
              required: ["name", "properties"],
              properties: {
                name: { type: "string" },
                properties: { type: "object", properties: { privateDnsZoneId: { type: ["string", "null"] } } },
              },
            },
          },
        },
      },
    },
  },
  "network",
);

/** A PUT of a zone group, as parsed. */
export interface ZoneGroupRequest {
  readonly name: string;
  readonly configs: readonly ZoneConfig[];
}

/** Parses a PUT of a zone group. @throws ArmError when its name or body is not valid, or it names a config twice. */
export function readZoneGroupRequest({ resourceId, name, body }: ArmRequest): ZoneGroupRequest {
  checkName(name, "privateDnsZoneGroup");
  const { privateDnsZoneConfigs } = zoneGroupSchema.parse(body).properties;
  const configs = privateDnsZoneConfigs.map((config, index) => {
    checkName(config.name, "privateDnsZoneConfig");
    return { name: config.name, zoneId: readZoneId(config.properties.privateDnsZoneId ?? "", index) };
  });
  const [place] = repeatedPlaces(configs.map((config) => config.name.toLowerCase()));
  const repeated = configs[place ?? -1];
  if (repeated !== undefined) throw duplicateChild(resourceId, repeated.name);
  return { name, configs };
}

function readZoneId(id: string, index: number): string {
  const path = `properties.privateDnsZoneConfigs[${index}].properties.privateDnsZoneId`;
  const read = parseResourceId(id);
  if (read === undefined) throw invalidLinkedId(id, path);
  if (isSame(read.type, "Microsoft.Network/privateDnsZones")) return id;
  throw wrongReference({ id, kind: "privateDnsZones", path });
}
