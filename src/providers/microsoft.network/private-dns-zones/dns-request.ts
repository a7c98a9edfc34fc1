import { bodySchema } from "../../../arm/body-schema.ts";
import { locationRequired, typeLocationNotAvailable } from "../../../arm/errors.ts";
import type { JsonObject } from "../../../kernel/json.ts";
import { isSame } from "../../../arm/resource-id.ts";

const locationSchema = bodySchema(
  { type: "object", properties: { location: { type: ["string", "null"] } } },
  "gateway",
);

/** Lets a PUT pass whose location is the only one that private DNS has. */
export function checkGlobalLocation(body: JsonObject | undefined, type: string): void {
  const { location } = locationSchema.parse(body ?? {});
  if (location === undefined || location === null || location.trim() === "") throw locationRequired();
  if (isSame(location, "global")) return;
  throw typeLocationNotAvailable({ location, type, locations: ["global"] });
}
