import { bodySchema } from "../../../arm/body-schema.ts";
import { locationRequired, typeLocationNotAvailable } from "../../../arm/errors.ts";
import { checkTags, tagsSchema } from "../../../arm/tags.ts";
import type { Tags } from "../../../arm/tags.ts";
import type { JsonObject } from "../../../kernel/json.ts";
import { regionDisplayName, regionDisplayNames, regionName } from "../../../kernel/regions.ts";

/*
 * What ARM itself checks of a tracked resource before its provider sees it.
 */

const locationSchema = bodySchema(
  { type: "object", properties: { location: { type: ["string", "null"] } } },
  "gateway",
);
const labelsSchema = bodySchema({ type: "object", properties: { tags: tagsSchema } }, "gateway");

/** The region name that a PUT gives. @throws ArmError when there is none, or no such region. */
export function readLocation(body: JsonObject | undefined): string {
  const { location } = locationSchema.parse(body ?? {});
  if (location === undefined || location === null || location.trim() === "") throw locationRequired();
  if (regionDisplayName(location) !== undefined) return regionName(location);
  const locations = regionDisplayNames.map(regionName);
  throw typeLocationNotAvailable({ location, type: "Microsoft.Cache/redisEnterprise", locations });
}

/** The tags that a body gives: undefined when it says nothing of them, null when it says that there are none. */
export function readTags(body: JsonObject | undefined): Tags | null | undefined {
  const { tags } = labelsSchema.parse(body ?? {});
  if (tags !== undefined && tags !== null) checkTags(tags);
  return tags;
}
