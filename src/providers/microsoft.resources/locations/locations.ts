import { gatewayResponse, type ArmOperation, type ResourceType } from "../../../arm/resource-type.ts";
import { nameUuid } from "../../../kernel/ids.ts";
import { hasZones, regionDisplayName, regionNames } from "../../../kernel/regions.ts";
import { nativeType } from "../native-type.ts";
import { regions } from "../regions.ts";

/** `/subscriptions/{id}/locations`. */
export const locationsType = (): ResourceType => nativeType(["subscriptions", "locations"], { list: listLocations });

const listLocations: ArmOperation = {
  action: "Microsoft.Resources/subscriptions/locations/read",
  display: { operation: "List Locations", description: "Lists the regions that a subscription can use." },
  allowsAnyRoleInScope: true,
  handle: async ({ resourceId, apiVersion }) =>
    gatewayResponse(200, {
      value: regionNames.map((name) => locationBody(name, { subscriptionId: resourceId, apiVersion })),
    }),
};

function locationBody(
  name: string,
  { subscriptionId, apiVersion }: { subscriptionId: string; apiVersion: string },
): object {
  const { geography, geographyGroup, regionCategory, pair, place } = regions[name] ?? {};
  const displayName = regionDisplayName(name) ?? name;
  const idOf = (region: string): string => `${subscriptionId}/locations/${region}`;
  return {
    id: idOf(name),
    name,
    type: "Region",
    displayName,
    regionalDisplayName: geographyGroup === undefined ? displayName : `(${geographyGroup}) ${displayName}`,
    metadata: {
      regionType: "Physical",
      regionCategory: regionCategory ?? "Recommended",
      geography,
      geographyGroup,
      ...place,
      pairedRegion: pair === undefined ? [] : [{ name: pair, id: idOf(pair) }],
    },
    ...(hasZones(name) && apiVersion >= zonesSince ? { availabilityZoneMappings: zonesOf(name, subscriptionId) } : {}),
  };
}

/** The first api-version that publishes zones. */
const zonesSince = "2022-12-01";

const orders = ["123", "132", "213", "231", "312", "321"] as const;

/** The physical zone of each logical one: it differs between subscriptions and never changes (documented). */
function zonesOf(region: string, subscriptionId: string): object[] {
  const hash = nameUuid("6ba7b811-9dad-11d1-80b4-00c04fd430c8", `${subscriptionId.toLowerCase()}/${region}`);
  const order = orders[Number.parseInt(hash.slice(0, 8), 16) % orders.length] ?? orders[0];
  return order
    .split("")
    .map((zone, index) => ({ logicalZone: String(index + 1), physicalZone: `${region}-az${zone}` }));
}
