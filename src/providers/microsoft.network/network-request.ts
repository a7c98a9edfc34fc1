import { bodySchema } from "../../arm/body-schema.ts";
import { locationRequired, typeLocationNotAvailable } from "../../arm/errors.ts";
import { checkTags, tagsSchema, type Tags } from "../../arm/tags.ts";
import type { JsonObject } from "../../kernel/json.ts";
import { regionDisplayName, regionName, regionNames } from "../../kernel/regions.ts";
import { networkError } from "./network-errors.ts";

/** What ARM itself checks of a tracked resource before Microsoft.Network sees it. */
const envelopeSchema = bodySchema(
  { type: "object", properties: { location: { type: ["string", "null"] }, tags: tagsSchema } },
  "gateway",
);

/** The region name of a PUT. @throws ArmError when it has none, or there is no such region. */
export function readLocation(body: JsonObject | undefined, type: string): string {
  const { location } = envelopeSchema.parse(body ?? {});
  if (location === undefined || location === null || location.trim() === "") throw locationRequired();
  if (regionDisplayName(location) !== undefined) return regionName(location);
  throw typeLocationNotAvailable({ location, type, locations: regionNames });
}

/** The tags of a body; undefined when it has none. */
export function readTags(body: JsonObject | undefined): Tags | undefined {
  const { tags } = envelopeSchema.parse(body ?? {});
  checkTags(tags ?? {});
  return tags ?? undefined;
}

/** How many characters a name may have (documented). */
const nameLimits = {
  /** Tracked resources without a limit of their own. */
  trackedResource: 80,
  virtualNetwork: 64,
  subnet: 80,
  privateEndpoint: 80,
  privateLinkServiceConnection: 80,
  networkInterface: 80,
  securityRule: 80,
  privateDnsZoneGroup: 80,
  privateDnsZoneConfig: 80,
  ipConfiguration: 80,
} as const;

const namePattern = /^[A-Za-z0-9](?:[\w.-]*\w)?$/;

/** Refuses a name that Microsoft.Network does not accept (wording quoted by users). */
export function checkName(name: string, kind: keyof typeof nameLimits): void {
  const limit = nameLimits[kind];
  if (name.length <= limit && namePattern.test(name)) return;
  throw networkError(
    "InvalidResourceName",
    `Resource name ${name} is invalid. The name can be up to ${limit} characters long. It must begin with a word ` +
      "character, and it must end with a word character or with '_'. " +
      "The name may contain word characters or '.', '-', '_'.",
  );
}
