import { ArmError } from "../../arm/arm-error.ts";
import type { Tags } from "../../arm/tags.ts";

/** A `$filter`: properties, in lower case, and the value that each must equal. */
export type Filter<Property extends string> = Partial<Readonly<Record<Property, string>>>;

export type TagFilter = Filter<"tagname" | "tagvalue">;

/** One comparison, and what joins it to the next; a quote inside a value is doubled (OData). */
const comparison = /^\s*(\w+)\s+eq\s+'((?:[^']|'')*)'(?:\s+and\s+(?=\S)|\s*$)/i;

/**
 * Reads `$filter`: comparisons with `eq` of the given properties, joined by `and`.
 * @throws ArmError in Azure's words for whatever else (quoted by users in public threads).
 */
export function parseFilter<Property extends string>(
  text: string | null,
  properties: readonly Property[],
): Filter<Property> {
  const found: Partial<Record<Property, string>> = {};
  if (text === null || text === "") return found;
  for (let rest = text; rest !== "";) {
    const [matched = "", name = "", value = ""] = comparison.exec(rest) ?? [];
    const property = properties.find((known) => known === name.toLowerCase());
    if (property === undefined || found[property] !== undefined) throw invalidFilter(text);
    found[property] = value.replaceAll("''", "'");
    rest = rest.slice(matched.length);
  }
  if ("tagvalue" in found && !("tagname" in found)) throw invalidFilter(text);
  return found;
}

const invalidFilter = (text: string): ArmError =>
  new ArmError({
    code: "InvalidFilterInQueryString",
    message: `Invalid $filter '${text}' specified in the query string.`,
  });

/** Tag names match in any case, values as they are. */
export function matchesTags({ tagname, tagvalue }: TagFilter, tags: Tags | undefined): boolean {
  if (tagname === undefined) return true;
  const name = Object.keys(tags ?? {}).find((known) => known.toLowerCase() === tagname.toLowerCase());
  return name !== undefined && (tagvalue === undefined || tags?.[name] === tagvalue);
}
