import { bodySchema } from "../../src/arm/body-schema.ts";
import { resourceKind } from "../../src/arm/resource-kind.ts";
import type { ResourceType } from "../../src/arm/resource-type.ts";
import type { NetworkServices } from "../../src/providers/microsoft.network/network-type.ts";
import { trackedType, type TrackedDocument } from "../../src/providers/microsoft.network/tracked-type.ts";

/** What clients may set. It is stored as JSON and is no wire form. */
interface IpGroupSettings {
  readonly ipAddresses: readonly string[];
}

const ipGroups = resourceKind<TrackedDocument & IpGroupSettings>("Microsoft.Network", ["ipGroups"]);

// Read-only properties are left out: clients send them back, and they are ignored.
const schema = bodySchema(
  {
    type: "object",
    properties: {
      properties: {
        type: ["object", "null"],
        properties: { ipAddresses: { type: ["array", "null"], items: { type: "string" } } },
      },
    },
  },
  "network",
);

/** `Microsoft.Network/ipGroups`. */
export const ipGroupType = (services: NetworkServices): ResourceType =>
  trackedType(
    {
      kind: ipGroups,
      noun: "IP Group",
      plural: "IP Groups",
      azureDurationMs: 3_000,
      read: ({ body }) => ({ ipAddresses: schema.parse(body).properties?.ipAddresses ?? [] }),
      properties:
        () =>
        ({ document: { ipAddresses } }) => ({ ipAddresses }),
    },
    services,
  );
