import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import type { FromSchema, JSONSchema } from "json-schema-to-ts";
import { isJsonObject } from "../kernel/json.ts";
import type { Speaker } from "./arm-error.ts";
import { invalidContent } from "./errors.ts";

interface Fault {
  readonly message: string;
  readonly target: string;
}

/**
 * A body's JSON schema, compiled on first use. Words of an `enum` match in any case and are rewritten to the published
 * spelling (ARM RPC: enums compare case-insensitively). `secret: true` keeps a value out of messages. Properties that the
 * schema does not name are ignored.
 */
interface BodySchema<Body> {
  /** The body, checked and with its words in published spelling. @throws ArmError naming every fault. */
  parse(body: unknown): Body;
}

let ajv: Ajv | undefined;

/** Describes a body, and who refuses a faulty one; the type of what `parse` returns is derived from the schema. */
export function bodySchema<const Schema extends JSONSchema>(
  schema: Schema,
  speaker?: Speaker,
): BodySchema<FromSchema<Schema>>;
export function bodySchema(schema: JSONSchema, speaker: Speaker = "provider"): BodySchema<unknown> {
  let validate: ValidateFunction | undefined;
  return {
    parse(body) {
      ajv ??= createAjv();
      validate ??= ajv.compile(withAnyCase(schema) as object);
      if (!validate(body)) throw invalidContent(toFaults(validate.errors ?? []), speaker);
      return body;
    },
  };
}

function createAjv(): Ajv {
  // TypeScript checks the schemas, which are our own, and unknown keywords throw: to compile the schema of schemas takes 25 ms.
  const unchecked = { meta: false, validateSchema: false };
  const created = new Ajv({ allErrors: true, verbose: true, strictTypes: false, ...unchecked });
  created.addKeyword({ keyword: "secret", schemaType: "boolean" });
  created.addKeyword({
    keyword: "anyCase",
    type: "string",
    schemaType: "array",
    modifying: true,
    validate: (words: readonly string[], value: string, _schema: unknown, at?: AnyCaseContext) => {
      const word = words.find((known) => known.toLowerCase() === value.toLowerCase());
      if (word === undefined) return false;
      if (at !== undefined) at.parentData[at.parentDataProperty] = word;
      return true;
    },
  });
  return created;
}

/** Replaces `enum` by the keyword that compares words in any case. */
function withAnyCase(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withAnyCase);
  if (!isJsonObject(schema)) return schema;
  const entries = Object.entries(schema).map(([name, value]): [string, unknown] =>
    name === "enum" && Array.isArray(value)
      ? ["anyCase", value.filter((word) => typeof word === "string")]
      : [name, withAnyCase(value)],
  );
  return Object.fromEntries(entries);
}

interface AnyCaseContext {
  parentData: Record<string | number, unknown>;
  parentDataProperty: string | number;
}

function toFaults(errors: readonly ErrorObject[]): Fault[] {
  return errors.map((error) => {
    const at = propertyPath(error.instancePath);
    if (error.keyword === "required") {
      const target = join(at, (error.params as { missingProperty: string }).missingProperty);
      return { target, message: `The property '${target}' is required.` };
    }
    return { target: at, message: `The value ${shown(error)} of property '${at}' ${complaint(error)}.` };
  });
}

/** `/properties/modules/0/name` → `properties.modules[0].name`. */
function propertyPath(pointer: string): string {
  const steps = pointer.split("/").slice(1);
  const names = steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  return names.reduce((path, name) => (/^\d+$/.test(name) ? `${path}[${name}]` : join(path, name)), "");
}

const join = (path: string, name: string): string => (path === "" ? name : `${path}.${name}`);

const longestShown = 100;

function shown(error: ErrorObject): string {
  const schema = error.parentSchema as { secret?: boolean } | undefined;
  if (schema?.secret === true) return "(not shown)";
  const text = typeof error.data === "string" ? error.data : JSON.stringify(error.data);
  return `'${text.length > longestShown ? `${text.slice(0, longestShown)}…` : text}'`;
}

function complaint(error: ErrorObject): string {
  switch (error.keyword) {
    case "type":
      return `is not of type ${String((error.params as { type: string | string[] }).type).replaceAll(",", " or ")}`;
    case "anyCase":
      return `is not valid. Allowed values: ${(error.schema as string[]).map((word) => `'${word}'`).join(", ")}`;
    default:
      return error.message ?? "is not valid";
  }
}
