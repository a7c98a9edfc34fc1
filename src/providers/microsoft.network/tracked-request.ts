import { bodySchema } from "../../arm/body-schema.ts";
import { locationRequired, typeLocationNotAvailable } from "../../arm/errors.ts";
import { checkTags, tagsSchema } from "../../arm/tags.ts";
import type { Tags } from "../../arm/tags.ts";
import type { JsonObject } from "../../kernel/json.ts";
import { regionDisplayName, regionName, regionNames } from "../../kernel/regions.ts";

/*
 * What ARM itself checks of a tracked resource before Microsoft.Network sees it.
 */

const envelopeSchema = bodySchema(
  { type: "object", properties: { location: { type: ["string", "null"] }, tags: tagsSchema } },
  "gateway",
);

/** The region name that a PUT gives. @throws ArmError when there is none, or no such region. */
export function readLocation(body: JsonObject | undefined, type: string): string {
  const { location } = envelopeSchema.parse(body ?? {});
  if (location === undefined || location === null || location.trim() === "") throw locationRequired();
  if (regionDisplayName(location) !== undefined) return regionName(location);
  throw typeLocationNotAvailable({ location, type, locations: regionNames });
}

/** The tags that a body gives; undefined for none. */
export function readTags(body: JsonObject | undefined): Tags | undefined {
  const { tags } = envelopeSchema.parse(body ?? {});
  checkTags(tags ?? {});
  return tags ?? undefined;
}
