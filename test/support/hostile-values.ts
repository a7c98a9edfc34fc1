import fc from "fast-check";

/** JSON texts of values that stand where something else should. */
export const hostileValues: readonly string[] = [
  "null",
  "true",
  "0",
  "-1",
  "1.5",
  "1e308",
  "1e999",
  "9007199254740993",
  '""',
  '" "',
  '"\\u0000"',
  '"\\ud800"',
  '"__proto__"',
  '"constructor"',
  '"../../.."',
  '"%2e%2e%2f"',
  '"\\r\\nset-cookie: a=b"',
  `"${"x".repeat(2_000)}"`,
  "[]",
  "[[]]",
  "[null]",
  '[{"name":1}]',
  "{}",
  '{"__proto__":{"status":"Approved"}}',
  '{"constructor":{"prototype":{}},"toString":1}',
  '{"":{"\\u0000":null}}',
  `${"[".repeat(90)}${"]".repeat(90)}`,
];

/** Any code point except halves of surrogate pairs. fast-check's own unit "binary" takes seconds of CPU time to prepare. */
export const anyCodePoint: fc.Arbitrary<string> = fc
  .nat({ max: 0x10_ffff - 0x800 })
  .map((code) => String.fromCodePoint(code < 0xd800 ? code : code + 0x800));

/** Any JSON text at all, some of it hostile. */
export const anyJsonText: fc.Arbitrary<string> = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(...hostileValues) },
  {
    weight: 1,
    arbitrary: fc.jsonValue({ maxDepth: 4, stringUnit: anyCodePoint }).map((value) => JSON.stringify(value)),
  },
);

/** The path of every value below the outermost. */
export function pathsOf(value: unknown, above: readonly string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [[...above, name], ...pathsOf(inner, [...above, name])]);
}

/** The document's JSON with `replacement`, which is JSON itself, in the place of one value. */
export function textOf(document: unknown, path: readonly string[], replacement: string): string {
  const [name, ...rest] = path;
  if (name === undefined) return replacement;
  const text = (key: string, inner: unknown): string =>
    key === name ? textOf(inner, rest, replacement) : JSON.stringify(inner);
  if (Array.isArray(document)) return `[${document.map((item, index) => text(String(index), item)).join(",")}]`;
  const members = Object.entries(document as object).map(
    ([key, inner]) => `${JSON.stringify(key)}:${text(key, inner)}`,
  );
  return `{${members.join(",")}}`;
}
