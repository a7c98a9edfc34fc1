import { resolvedSchema, type TypeSchema } from "../support/published-types.ts";

/** A property that can be written and is no object of named properties: a word, a number, a dictionary. */
export interface WritableLeaf {
  /** A JSON pointer, with `*` for a place in a list. */
  readonly at: string;
  readonly schema: TypeSchema;
}

/** What the envelope of a definition has and no body needs. */
const envelope: ReadonlySet<string> = new Set(["/id", "/name", "/type", "/apiVersion"]);

/** Everything in a resource's body that its definition lets a client write. */
export const writableLeaves = (root: TypeSchema): readonly WritableLeaf[] =>
  leavesBelow(root, root, "").filter(({ at }) => !envelope.has(at));

function leavesBelow(root: TypeSchema, part: TypeSchema, at: string): WritableLeaf[] {
  const schema = resolvedSchema(root, part);
  if (schema.readOnly === true) return [];
  if (schema.items !== undefined) return leavesBelow(root, schema.items, `${at}/*`);
  const properties = Object.entries(schema.properties ?? {});
  if (properties.length === 0) return isEmptyObject(schema) ? [] : [{ at, schema }];
  return properties.flatMap(([name, property]) => leavesBelow(root, property, `${at}/${name}`));
}

/** Has read-only properties alone, or none. */
const isEmptyObject = ({ type, additionalProperties }: TypeSchema): boolean =>
  type === "object" && additionalProperties === false;

/** How a body is filled: values for places whose rules a schema does not tell, the rest from the schema. */
export interface Filling {
  readonly values: Readonly<Record<string, unknown>>;
  /** Places that stay empty, with all below them. */
  readonly without: readonly string[];
}

export const isWritten = ({ without }: Filling, { at }: WritableLeaf): boolean =>
  !without.some((place) => at === place || at.startsWith(`${place}/`));

/** A body with every property that can be written, except those that the filling leaves out; lists have one element. */
export function filledBody(root: TypeSchema, filling: Filling): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const leaf of writableLeaves(root).filter((candidate) => isWritten(filling, candidate))) {
    put(body, leaf.at.split("/").slice(1), filling.values[leaf.at] ?? valueOf(leaf.schema));
  }
  return body;
}

function put(container: Record<string, unknown>, [first = "", ...rest]: readonly string[], value: unknown): void {
  const key = first === "*" ? "0" : first;
  if (rest.length === 0) {
    container[key] = value;
    return;
  }
  const inner = container[key] ?? (rest[0] === "*" ? [] : {});
  container[key] = inner;
  put(inner as Record<string, unknown>, rest, value);
}

function valueOf(schema: TypeSchema): unknown {
  const word = schema.const ?? schema["x-known"]?.[0];
  if (word !== undefined) return word;
  if (schema.type === "object") return { name1: "value1" };
  if (schema.type === "boolean") return true;
  return schema.type === "integer" ? 1 : "text";
}
