import { bodySchema } from "../../../arm/body-schema.ts";

const text = { type: ["string", "null"] } as const;

/** Documented: what an owner is told may have this many characters. */
const maxRequestMessage = 140;

const connections = {
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
          requestMessage: { type: ["string", "null"], maxLength: maxRequestMessage },
        },
      },
    },
  },
} as const;

const ipConfigurations = {
  type: ["array", "null"],
  maxItems: 1,
  items: {
    type: "object",
    required: ["name", "properties"],
    properties: {
      name: { type: "string" },
      properties: {
        type: "object",
        required: ["groupId", "memberName", "privateIPAddress"],
        properties: {
          groupId: { type: "string" },
          memberName: { type: "string" },
          privateIPAddress: { type: "string" },
        },
      },
    },
  },
} as const;

/** The body of a PUT of a private endpoint; what is shown only is not named, and so let through. */
export const endpointSchema = bodySchema(
  {
    type: "object",
    required: ["properties"],
    properties: {
      properties: {
        type: "object",
        properties: {
          subnet: { type: ["object", "null"], properties: { id: text } },
          privateLinkServiceConnections: connections,
          manualPrivateLinkServiceConnections: connections,
          customNetworkInterfaceName: text,
          ipConfigurations,
          // There are none of these here, and no IPv6: rather refused than lost.
          applicationSecurityGroups: { type: ["array", "null"], maxItems: 0 },
          ipVersionType: { type: ["string", "null"], enum: ["IPv4", null] },
        },
      },
    },
  },
  "network",
);

export type EndpointProperties = ReturnType<typeof endpointSchema.parse>["properties"];
