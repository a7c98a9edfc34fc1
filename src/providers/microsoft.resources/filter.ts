import { isSame } from "../../arm/resource-id.ts";
import type { Tags } from "../../arm/tags.ts";
import { invalidFilter } from "./errors.ts";

/** A `$filter`: properties, in lower case, and the value that each must equal. */
export type Filter<Property extends string> = Partial<Readonly<Record<Property, string>>>;

/** One comparison, and what joins it to the next; a quote inside a value is doubled (OData). */
const comparison = /^\s*(\w+)\s+eq\s+'((?:[^']|'')*)'(?:\s+and\s+(?=\S)|\s*$)/i;

/** Reads `$filter`: comparisons with `eq` of the given properties, joined by `and`. @throws ArmError for any other text. */
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

/** Tag names match in any case, values exactly. */
export function matchesTags({ tagname, tagvalue }: Filter<"tagname" | "tagvalue">, tags: Tags | undefined): boolean {
  if (tagname === undefined) return true;
  const name = Object.keys(tags ?? {}).find((known) => isSame(known, tagname));
  return name !== undefined && (tagvalue === undefined || tags?.[name] === tagvalue);
}
