import { bodySchema } from "../../../arm/body-schema.ts";
import { groupLocationNotAvailable, locationRequired } from "../../../arm/errors.ts";
import { tagsSchema } from "../../../arm/tags.ts";
import { regionName, regionNames } from "../../../kernel/regions.ts";
import { invalidGroupName } from "../errors.ts";

const optionalString = { type: ["string", "null"] } as const;

/** The body of PUT and PATCH; other properties that clients send back are ignored. */
export const groupSchema = bodySchema(
  { type: "object", properties: { location: { type: "string" }, tags: tagsSchema, managedBy: optionalString } },
  "gateway",
);

const maxNameCharacters = 90;
const forbiddenCharacters = /[^\p{L}\p{N}_.()-]/gu;

/** Checks the name of a new group (codes and first two wordings as quoted by users; the last is ours). */
export function checkGroupName(name: string): void {
  const forbidden = name.match(forbiddenCharacters)?.join("") ?? "";
  if (forbidden !== "") {
    const allowed = "The name can only be a letter, digit, '-', '.', '(', ')' or '_'.";
    throw invalidGroupName(name, `has these invalid characters: '${forbidden}'. ${allowed}`);
  }
  if (name.length > maxNameCharacters) {
    const excess = `has a length of '${name.length}' which exceeds the maximum length of '${maxNameCharacters}'.`;
    throw invalidGroupName(name, excess);
  }
  if (name.endsWith(".")) throw invalidGroupName(name, "must not end with '.'.");
}

/** The region name of a group's location. @throws ArmError when it is missing or not a region. */
export function groupRegion(location: string | undefined): string {
  if (location === undefined || location === "") throw locationRequired();
  const region = regionName(location);
  if (!regionNames.includes(region)) throw groupLocationNotAvailable(location, regionNames);
  return region;
}
