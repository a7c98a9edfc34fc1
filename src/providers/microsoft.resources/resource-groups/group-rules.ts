import { ArmError } from "../../../arm/arm-error.ts";
import { groupLocationNotAvailable, locationRequired } from "../../../arm/errors.ts";
import { regionName, regionNames } from "../../../kernel/regions.ts";

export const groupNameLimits = { maxCharacters: 90 } as const;

const forbiddenCharacters = /[^\p{L}\p{N}_.()-]/gu;

/** Checks the name of a new group (codes and first two wordings as quoted by users; the last is ours). */
export function checkGroupName(name: string): void {
  const forbidden = name.match(forbiddenCharacters)?.join("") ?? "";
  if (forbidden !== "") {
    throw invalidName(
      `The provided resource group name '${name}' has these invalid characters: '${forbidden}'. ` +
        "The name can only be a letter, digit, '-', '.', '(', ')' or '_'.",
    );
  }
  if (name.length > groupNameLimits.maxCharacters) {
    throw invalidName(
      `The provided resource group name '${name}' has a length of '${name.length}' ` +
        `which exceeds the maximum length of '${groupNameLimits.maxCharacters}'.`,
    );
  }
  if (name.endsWith(".")) throw invalidName(`The provided resource group name '${name}' must not end with '.'.`);
}

const invalidName = (message: string): ArmError => new ArmError({ code: "InvalidResourceGroup", message });

/** The region name of a group's location. @throws ArmError when it is missing or no region. */
export function groupRegion(location: string | undefined): string {
  if (location === undefined || location === "") throw locationRequired();
  const region = regionName(location);
  if (!regionNames.includes(region)) throw groupLocationNotAvailable(location, regionNames);
  return region;
}

/** A group stays where it was created. */
export function checkLocationUnchanged(existing: string, wanted: string): void {
  if (existing === wanted) return;
  throw new ArmError({
    code: "InvalidResourceGroupLocation",
    message: `Invalid resource group location '${wanted}'. The Resource group already exists in location '${existing}'.`,
  });
}
