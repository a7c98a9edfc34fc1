import { repeatedPlaces } from "../kernel/text.ts";
import { invalidTags } from "./errors.ts";

export type Tags = Readonly<Record<string, string>>;

/** Documented limits of Azure's tags. */
const tagLimits = { tags: 50, nameCharacters: 512, valueCharacters: 256 } as const;

/** The schema of tags in a body; null counts as none. */
export const tagsSchema = { type: ["object", "null"], additionalProperties: { type: "string" } } as const;

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const forbiddenInNames = /[<>%&\\?/\u0000-\u001F\u007F]/;

/** Checks tags against the rules for all tagged resources. @throws ArmError naming the tag. */
export function checkTags(tags: Tags): void {
  const names = Object.keys(tags);
  if (names.length > tagLimits.tags) {
    throw invalidTags(
      "TooManyTags",
      `The number of tags '${names.length}' exceeds the maximum of '${tagLimits.tags}'.`,
    );
  }
  checkNames(names);
  const [long] = Object.entries(tags).find(([, value]) => value.length > tagLimits.valueCharacters) ?? [];
  if (long !== undefined) {
    throw invalidTags(
      "InvalidTagValueLength",
      `Tag value too large. The value of tag '${long}' exceeded the maximum length. ` +
        `Maximum allowed length for tag value - '${tagLimits.valueCharacters}' characters.`,
    );
  }
}

/** Names are compared in any case ("names insensitive, values sensitive": documentation). */
function checkNames(names: readonly string[]): void {
  const forbidden = names.filter((name) => forbiddenInNames.test(name));
  if (forbidden.length > 0) {
    throw invalidTags(
      "InvalidTagNameCharacters",
      `The tag names '${forbidden.join(", ")}' have reserved characters '<,>,%,&,\\,?,/' or control characters.`,
    );
  }
  const long = names.find((name) => name.length > tagLimits.nameCharacters);
  if (long !== undefined) {
    throw invalidTags(
      "InvalidTagName",
      `Tag key too large. Following tag name '${long}' exceeded the maximum length. ` +
        `Maximum allowed length for tag name - '${tagLimits.nameCharacters}' characters.`,
    );
  }
  const [place] = repeatedPlaces(names.map((name) => name.toLowerCase()));
  const repeated = names[place ?? -1];
  if (repeated !== undefined)
    throw invalidTags("InvalidTagName", `The tag name '${repeated}' is given more than once.`);
  if (names.includes("")) throw invalidTags("InvalidTagName", "The tag name '' is empty.");
}
