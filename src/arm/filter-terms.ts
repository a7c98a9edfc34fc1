/** One condition of a `$filter`; names and operators in lower case. */
export type FilterTerm =
  | { readonly kind: "call"; readonly name: string; readonly argument: string | undefined }
  | { readonly kind: "comparison"; readonly property: string; readonly operator: string; readonly value: string };

/**
 * One condition, and what joins it to the next. A quote inside a value is doubled (OData). Times may have no quotes, and
 * a plus sign in them is a space once the query is decoded.
 */
const term =
  /\s*(?:([\w/]+)\s+(eq|ne|ge|gt|le|lt)\s+(?:'((?:[^']|'')*)'|([^\s']+(?: \d\d:\d\d)?))|(\w+)\(\s*(?:'((?:[^']|'')*)'\s*)?\))(?:\s+and\s+(?=\S)|\s*$)/iy;

/** Reads a `$filter` of conditions joined by `and`; undefined if it has another form. */
export function parseFilterTerms(text: string): FilterTerm[] | undefined {
  const terms: FilterTerm[] = [];
  for (let at = 0; at < text.length; at = term.lastIndex) {
    term.lastIndex = at;
    const match = term.exec(text);
    if (match === null) return undefined;
    const [, property, operator = "", quoted, plain, name, argument] = match;
    if (name !== undefined) terms.push({ kind: "call", name: name.toLowerCase(), argument: unquoted(argument) });
    else {
      const value = unquoted(quoted) ?? plain ?? "";
      terms.push({
        kind: "comparison",
        property: (property ?? "").toLowerCase(),
        operator: operator.toLowerCase(),
        value,
      });
    }
  }
  return terms;
}

const unquoted = (text: string | undefined): string | undefined => text?.replaceAll("''", "'");
