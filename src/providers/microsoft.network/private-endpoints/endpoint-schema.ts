import { bodySchema } from "../../../arm/body-schema.ts";

const text = { type: ["string", "null"] } as const;

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
          requestMessage: text,
        },
      },
    },
  },
} as const;

const ipConfigurations = {
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
          applicationSecurityGroups: { type: ["array", "null"], items: { type: "object", properties: { id: text } } },
          ipVersionType: { type: ["string", "null"], enum: ["IPv4", "IPv6", "DualStack", null] },
        },
      },
    },
  },
  "network",
);

export type EndpointProperties = ReturnType<typeof endpointSchema.parse>["properties"];
