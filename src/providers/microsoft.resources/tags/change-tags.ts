import { bodySchema } from "../../../arm/body-schema.ts";
import { checkTags, tagsSchema } from "../../../arm/tags.ts";
import type { Tags } from "../../../arm/tags.ts";
import type { JsonObject } from "../../../kernel/json.ts";

const properties = { type: "object", properties: { tags: tagsSchema } } as const;

const putSchema = bodySchema({ type: "object", required: ["properties"], properties: { properties } }, "gateway");

const patchSchema = bodySchema(
  {
    type: "object",
    required: ["operation", "properties"],
    properties: { operation: { type: "string", enum: ["Merge", "Replace", "Delete"] }, properties },
  },
  "gateway",
);

/** What becomes of tags. @throws ArmError where the result would break a rule for tags, such as that there are 50 at most. */
export type TagChange = (before: Tags) => Tags;

/** A PUT: the tags that it gives, and no others. */
export function readReplacement(body: JsonObject | undefined): TagChange {
  const given = putSchema.parse(body).properties.tags ?? {};
  return () => checked(given);
}

/** A PATCH: `Merge`, `Replace`, or `Delete` by names or by pairs of name and value (documented). */
export function readPatch(body: JsonObject | undefined): TagChange {
  const { operation, properties: patch } = patchSchema.parse(body);
  const given = patch.tags ?? {};
  if (operation === "Replace") return () => checked(given);
  return (before) => checked(operation === "Merge" ? merged(before, given) : without(before, given));
}

/** Names match in any case, and keep the spelling that they have. */
function merged(before: Tags, given: Tags): Tags {
  checkTags(given);
  const after: Record<string, string> = { ...before };
  for (const [name, value] of Object.entries(given)) after[spellingIn(before, name) ?? name] = value;
  return after;
}

/** An empty value stands for any: so az deletes by name. */
function without(before: Tags, given: Tags): Tags {
  const gone = (name: string, value: string): boolean => {
    const spelled = spellingIn(given, name);
    return spelled !== undefined && (given[spelled] === "" || given[spelled] === value);
  };
  return Object.fromEntries(Object.entries(before).filter(([name, value]) => !gone(name, value)));
}

const spellingIn = (tags: Tags, name: string): string | undefined =>
  Object.keys(tags).find((known) => known.toLowerCase() === name.toLowerCase());

function checked(tags: Tags): Tags {
  checkTags(tags);
  return tags;
}
