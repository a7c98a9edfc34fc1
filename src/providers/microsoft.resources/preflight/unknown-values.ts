import type { Json, JsonObject } from "../../../kernel/json.ts";
import { isJsonObject } from "../../../kernel/json.ts";

/**
 * A template expression, where a client does not know a value yet: azapi sends `[length('foo')]` for whatever a plan
 * leaves open (its public source), and ARM leaves expressions to the providers as they are.
 */
const expression = /^\[[A-Za-z][\w.]*\(.*\)\]$/s;

/** Where values are not known: true for such a value, else by the name or index of what has some. */
export type Unknown = true | ReadonlyMap<string, Unknown>;

/** A body without what is not known in it, and where that was; undefined when all is known. */
export interface KnownPart {
  readonly body: JsonObject;
  readonly unknown: Unknown | undefined;
}

/** Leaves out every value that is an expression. Bodies nest at most 100 deep, which the pipeline sees to. */
export function knownPart(body: JsonObject): KnownPart {
  const { entries, unknown } = knownEntries(Object.entries(body));
  return { body: Object.fromEntries(entries), unknown };
}

/** `known` is undefined for an expression itself. */
interface Part {
  readonly known: Json | undefined;
  readonly unknown: Unknown | undefined;
}

function partOf(value: Json): Part {
  if (typeof value === "string" && expression.test(value)) return { known: undefined, unknown: true };
  if (Array.isArray(value)) {
    const { entries, unknown } = knownEntries(value.map((item: Json, index) => [String(index), item]));
    return { known: entries.map(([, item]) => item), unknown };
  }
  if (!isJsonObject(value)) return { known: value, unknown: undefined };
  const { body, unknown } = knownPart(value);
  return { known: body, unknown };
}

function knownEntries(all: readonly (readonly [string, Json])[]): {
  entries: (readonly [string, Json])[];
  unknown: Unknown | undefined;
} {
  const entries: (readonly [string, Json])[] = [];
  const unknown = new Map<string, Unknown>();
  for (const [name, value] of all) {
    const part = partOf(value);
    if (part.known !== undefined) entries.push([name, part.known]);
    if (part.unknown !== undefined) unknown.set(name, part.unknown);
  }
  return { entries, unknown: unknown.size === 0 ? undefined : unknown };
}

/**
 * Whether a fault at `target`, such as `properties.modules[0].name`, may be one of a value that is not known: the value's,
 * of what it is in or of what is in it.
 */
export function concernsUnknown(target: string, unknown: Unknown): boolean {
  let at: Unknown | undefined = unknown;
  for (const name of target.split(/[.[\]]+/).filter((part) => part !== "")) {
    if (at === true) return true;
    at = at.get(name);
    if (at === undefined) return false;
  }
  return true;
}
