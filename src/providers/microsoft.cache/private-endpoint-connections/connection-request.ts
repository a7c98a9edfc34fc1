import { bodySchema } from "../../../arm/body-schema.ts";

/**
 * What an owner writes. Read-only properties (`id`, `provisioningState`, `privateEndpoint` …) are not in the schema and so
 * are ignored: az and Terraform send back the whole body that they read.
 */
export const ownerDecisionSchema = bodySchema({
  type: "object",
  required: ["properties"],
  properties: {
    properties: {
      type: "object",
      required: ["privateLinkServiceConnectionState"],
      properties: {
        privateLinkServiceConnectionState: {
          type: "object",
          properties: {
            status: { type: ["string", "null"], enum: ["Approved", "Rejected", null] },
            description: { type: ["string", "null"] },
            actionsRequired: { type: ["string", "null"] },
          },
        },
      },
    },
  },
});

export type OwnerDecision = ReturnType<typeof ownerDecisionSchema.parse>;
