import { bodySchema } from "../../../arm/body-schema.ts";
import { isSame } from "../../../arm/resource-id.ts";
import { checkTags, tagsSchema, type Tags } from "../../../arm/tags.ts";
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

/** A change of tags. @throws ArmError where the result breaks a rule for tags, such as the limit of 50. */
export type TagChange = (before: Tags) => Tags;

/** A PUT: the given tags replace all others. */
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

/** Names match in any case and keep their spelling. */
function merged(before: Tags, given: Tags): Tags {
  checkTags(given);
  const after: Record<string, string> = { ...before };
  for (const [name, value] of Object.entries(given)) after[spellingIn(before, name) ?? name] = value;
  return after;
}

/** An empty value matches any: az deletes by name so. */
function without(before: Tags, given: Tags): Tags {
  const gone = (name: string, value: string): boolean => {
    const spelled = spellingIn(given, name);
    return spelled !== undefined && (given[spelled] === "" || given[spelled] === value);
  };
  return Object.fromEntries(Object.entries(before).filter(([name, value]) => !gone(name, value)));
}

const spellingIn = (tags: Tags, name: string): string | undefined =>
  Object.keys(tags).find((known) => isSame(known, name));

function checked(tags: Tags): Tags {
  checkTags(tags);
  return tags;
}
