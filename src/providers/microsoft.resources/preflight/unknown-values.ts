import type { Json, JsonObject } from "../../../kernel/json.ts";
import { isJsonObject } from "../../../kernel/json.ts";

/**
 * A template expression, where a client does not know a value yet: azapi sends `[length('foo')]` for whatever a plan
 * leaves open (its public source), and ARM leaves expressions to the providers as they are.
 */
const expression = /^\[[A-Za-z][\w.]*\(.*\)\]$/s;

/** A body without what is not known in it, and where that was: `properties.modules[0].name`. */
export interface KnownPart {
  readonly body: JsonObject;
  readonly unknown: readonly string[];
}

/** Leaves out every value that is an expression. Bodies nest at most 100 deep, which the pipeline sees to. */
export function knownPart(body: JsonObject): KnownPart {
  const unknown: string[] = [];
  const known = (value: Json, path: string): Json | undefined => {
    if (typeof value === "string" && expression.test(value)) {
      unknown.push(path);
      return undefined;
    }
    if (Array.isArray(value)) {
      return value.flatMap((item: Json, index) => {
        const kept = known(item, `${path}[${index}]`);
        return kept === undefined ? [] : [kept];
      });
    }
    return isJsonObject(value) ? knownObject(value, path) : value;
  };
  const knownObject = (object: JsonObject, path: string): JsonObject => {
    const entries = Object.entries(object).map(([name, value]): [string, Json | undefined] => [
      name,
      known(value, path === "" ? name : `${path}.${name}`),
    ]);
    return Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== undefined));
  };
  return { body: knownObject(body, ""), unknown };
}

/** Whether a fault at `target` may be one of a value that is not known: the value's, of what it is in or of what is in it. */
export const concernsUnknown = (target: string, unknown: readonly string[]): boolean =>
  unknown.some((path) => isWithin(path, target) || isWithin(target, path));

const isWithin = (path: string, other: string): boolean =>
  path === other || path.startsWith(`${other}.`) || path.startsWith(`${other}[`) || other === "";
