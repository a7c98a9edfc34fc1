import { bodySchema } from "../../../arm/body-schema.ts";
import { invalidFormat } from "../../../arm/errors.ts";
import type { JsonObject } from "../../../kernel/json.ts";
import { repeatedPlaces } from "../../../kernel/repeated.ts";
import { invalidLinkedId } from "../network-errors.ts";
import { isSame, parseResourceId } from "../../../arm/resource-id.ts";
import { checkName } from "../resource-name.ts";
import type { ZoneConfig } from "./zone-group-document.ts";

/** Documented: a group takes at most this many zones. */
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

/** The zones that a PUT of a group asks for. @throws ArmError when they are none, or one is named twice. */
export function readZoneConfigs(body: JsonObject | undefined, groupId: string): ZoneConfig[] {
  const { privateDnsZoneConfigs } = zoneGroupSchema.parse(body).properties;
  const configs = privateDnsZoneConfigs.map(({ name, properties }, index) => {
    checkName(name, "privateDnsZoneConfig");
    return { name, zoneId: readZoneId(properties.privateDnsZoneId ?? "", index) };
  });
  const [place] = repeatedPlaces(configs.map(({ name }) => name.toLowerCase()));
  const repeated = configs[place ?? -1];
  if (repeated === undefined) return configs;
  const message = `Resource ${groupId} has two child resources with the same name (${repeated.name}).`;
  throw invalidFormat([{ code: "DuplicateResourceName", message }]);
}

function readZoneId(zoneId: string, index: number): string {
  const path = `properties.privateDnsZoneConfigs[${index}].properties.privateDnsZoneId`;
  const read = parseResourceId(zoneId);
  if (read === undefined) throw invalidLinkedId(zoneId, path);
  if (isSame(read.type, "Microsoft.Network/privateDnsZones")) return zoneId;
  const message =
    `Reference Id ${zoneId} is not formatted correctly. ` +
    `The Id is expected to reference resources of type privateDnsZones. Path ${path}.`;
  throw invalidFormat([{ code: "InvalidJsonReferenceFormat", message }]);
}
