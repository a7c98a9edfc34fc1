import { gatewayResponse } from "../../../arm/arm-response.ts";
import type { ArmOperation, ResourceType } from "../../../arm/resource-type.ts";
import { regionDisplayName, regionNames } from "../../../kernel/regions.ts";
import { nativeType } from "../native-type.ts";
import { geographies } from "./geographies.ts";

/** `/subscriptions/{id}/locations`. */
export const locationsType = (): ResourceType => nativeType(["subscriptions", "locations"], { list: listLocations });

const listLocations: ArmOperation = {
  action: "Microsoft.Resources/subscriptions/locations/read",
  display: { operation: "List Locations", description: "Lists the regions that a subscription can use." },
  isOpenToInsiders: true,
  handle: async ({ resourceId }) =>
    gatewayResponse(200, { value: regionNames.map((name) => locationBody(name, resourceId)) }),
};

function locationBody(name: string, subscriptionId: string): object {
  const { geography, geographyGroup, regionCategory, pair } = geographies[name] ?? {};
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
      pairedRegion: pair === undefined ? [] : [{ name: pair, id: idOf(pair) }],
    },
  };
}
