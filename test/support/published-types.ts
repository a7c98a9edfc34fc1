import { existsSync, globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";

/**
 * Where the JSON Schemas of resource bodies are: `<provider>.json`, `{"<type>@<api-version>": schema}`, made from
 * Microsoft's public Bicep type definitions.
 */
export const typesFolderVariable = "CUPRITE_TYPES_DIR";

/** What of JSON Schema the definitions use. */
export interface TypeSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, TypeSchema>>;
  readonly allOf?: readonly TypeSchema[];
  readonly type?: string;
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, TypeSchema>>;
  readonly additionalProperties?: boolean | TypeSchema;
  readonly items?: TypeSchema;
  readonly required?: readonly string[];
  readonly readOnly?: boolean;
  readonly pattern?: string;
  /** The known words of a string that may have others. */
  readonly "x-known"?: readonly string[];
}

/** The body of a resource at the api-version that is nearest to the one that was asked for. */
export interface PublishedType {
  readonly type: string;
  readonly schema: TypeSchema;
  readonly findFaults: (side: Side, body: unknown) => readonly BodyFault[];
}

export type Side = "request" | "response";

/** One way in which a body is not as its type says. */
export interface BodyFault {
  readonly code: string;
  /** A JSON pointer, with `*` for every place in a list. */
  readonly at: string;
  readonly message: string;
}

export interface PublishedTypes {
  /** The type in the definitions' spelling; undefined where there is none. */
  readonly find: (type: string, version: string) => PublishedType | undefined;
  /** The api-versions of a type, oldest first. */
  readonly versionsOf: (type: string) => readonly string[];
}

/**
 * The folder of the definitions; undefined where there is none. They are 2.7 MB of Microsoft's data that change each
 * month, and stay outside this repository as its OpenAPI document does: what needs them is skipped, and says so in its
 * name, on a machine that has not got them.
 */
export function typesFolder(): string | undefined {
  const folder = resolve(process.env[typesFolderVariable] ?? "../shared/reference/types");
  return existsSync(join(folder, "cache.json")) ? folder : undefined;
}

/** Ends the name of what needs the definitions: says what to do where there are none, so that it is skipped. */
export const noteOf = (folder: string | undefined): string =>
  folder === undefined ? ` (needs the definitions of resource types: set ${typesFolderVariable} to their folder)` : "";

/** Opens the definitions; nothing has any where there is no folder. A type is compiled when it is first asked for. */
export function openPublishedTypes(folder: string | undefined): PublishedTypes {
  const versions = folder === undefined ? new Map<string, Versions>() : readVersions(folder);
  const opened = new Map<TypeSchema, PublishedType>();
  return {
    versionsOf: (type) => [...(versions.get(type.toLowerCase())?.keys() ?? [])],
    find(type, version) {
      const found = versions.get(type.toLowerCase());
      const schema = found === undefined ? undefined : nearest(found, version);
      if (schema === undefined) return undefined;
      const known = opened.get(schema) ?? publishedType(schema);
      opened.set(schema, known);
      return known;
    },
  };
}

/** The schemas of a type by api-version, oldest first. */
type Versions = ReadonlyMap<string, TypeSchema>;

function readVersions(folder: string): Map<string, Versions> {
  const versions = new Map<string, Map<string, TypeSchema>>();
  for (const name of globSync("*.json", { cwd: folder }).toSorted()) {
    const definitions = JSON.parse(readFileSync(join(folder, name), "utf8")) as Record<string, TypeSchema>;
    for (const [key, schema] of Object.entries(definitions).toSorted(byVersion)) {
      const [type = "", version = ""] = key.toLowerCase().split("@");
      versions.set(type, (versions.get(type) ?? new Map<string, TypeSchema>()).set(version, schema));
    }
  }
  return versions;
}

const versionIn = (key: string): string => key.split("@")[1] ?? "";
const byVersion = ([a]: [string, unknown], [b]: [string, unknown]): number =>
  versionIn(a).localeCompare(versionIn(b), "en");

/** Types change little between versions: the newest that is no newer, else the oldest. */
function nearest(versions: Versions, version: string): TypeSchema | undefined {
  const older = [...versions].filter(([candidate]) => candidate <= version.toLowerCase());
  return (older.at(-1) ?? [...versions][0])?.[1];
}

/** Follows a reference, and what is wrapped to make it read-only. */
export function resolvedSchema(root: TypeSchema, schema: TypeSchema): TypeSchema {
  const [wrapped] = schema.allOf ?? [];
  if (wrapped !== undefined) return { ...resolvedSchema(root, wrapped), readOnly: schema.readOnly === true };
  const name = schema.$ref?.replace("#/$defs/", "");
  return name === undefined ? schema : resolvedSchema(root, root.$defs?.[name] ?? {});
}

function publishedType(schema: TypeSchema): PublishedType {
  const compiled = new Map<Side, ValidateFunction>();
  const body = resolvedSchema(schema, schema);
  return {
    type: String(body.properties?.["type"]?.const),
    schema,
    findFaults(side, value) {
      const validate = compiled.get(side) ?? validators[side].compile(schema);
      compiled.set(side, validate);
      return validate(value) ? [] : (validate.errors ?? []).map(bodyFault);
    },
  };
}

const validators: Record<Side, Ajv> = { request: newAjv("request"), response: newAjv("response") };

function newAjv(side: Side): Ajv {
  const ajv = new Ajv({ strict: false, allErrors: true, verbose: true });
  ajv.addKeyword({
    keyword: "x-known",
    schemaType: "array",
    validate: (known: string[], word: unknown) => typeof word !== "string" || known.includes(word),
  });
  if (side === "request") return ajv;
  ajv.removeKeyword("writeOnly");
  return ajv.addKeyword({ keyword: "writeOnly", schemaType: "boolean", validate: (isOn: boolean) => !isOn });
}

const codes: Readonly<Record<string, string>> = {
  additionalProperties: "UNKNOWN_PROPERTY",
  type: "WRONG_TYPE",
  required: "MISSING_PROPERTY",
  writeOnly: "WRITE_ONLY_PROPERTY",
  const: "UNKNOWN_WORD",
  enum: "UNKNOWN_WORD",
  "x-known": "UNKNOWN_WORD",
};

function bodyFault({ keyword, instancePath, params, schema, data, message }: ErrorObject): BodyFault {
  const named: unknown = params["additionalProperty"] ?? params["missingProperty"];
  const property = typeof named === "string" ? named : undefined;
  const at = property === undefined ? instancePath : `${instancePath}/${property}`;
  return {
    code: codeOf(keyword, schema, data),
    at: at.replaceAll(/\/\d+(?=\/|$)/g, "/*"),
    message: property === undefined ? `${message}: ${JSON.stringify(data)}` : String(message),
  };
}

function codeOf(keyword: string, schema: unknown, data: unknown): string {
  if (data === null) return "NULL";
  return isInAnotherCase(schema, data) ? "WORD_IN_ANOTHER_CASE" : (codes[keyword] ?? keyword.toUpperCase());
}

const isInAnotherCase = (words: unknown, data: unknown): boolean =>
  typeof data === "string" &&
  [words].flat().some((word) => typeof word === "string" && word.toLowerCase() === data.toLowerCase());
