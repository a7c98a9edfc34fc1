import { isJsonObject, type Json, type JsonObject } from "../../../kernel/json.ts";

/**
 * A template expression, which a client sends for a value that it does not know yet: azapi sends `[length('foo')]` for
 * every unknown value of a plan (its public source), and ARM passes expressions on to the providers.
 */
const expression = /^\[[A-Za-z][\w.]*\(.*\)\]$/s;

/** The unknown values: true for one, else those inside by name or index. */
export type Unknown = true | ReadonlyMap<string, Unknown>;

/** A body without its unknown values, and where they were; undefined when all are known. */
interface KnownPart {
  readonly body: JsonObject;
  readonly unknown: Unknown | undefined;
}

/** Leaves out every value that is an expression. The pipeline limits how deep bodies nest. */
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
 * Whether a fault at `target`, such as `properties.modules[0].name`, may be caused by an unknown value: one at the same
 * place, above it or below it.
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
