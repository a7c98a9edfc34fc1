import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** Where Microsoft's OpenAPI document of the provider is, with its examples and the common types it refers to. */
export const specFolderVariable = "CUPRITE_SPEC_DIR";

export const documentVersion = "2025-07-01";
const provider = "redisenterprise/resource-manager/Microsoft.Cache/RedisEnterprise";
const versionFolder = `specification/${provider}/stable/${documentVersion}`;

/** One operation of the document. */
export interface PublishedOperation {
  readonly operationId: string;
  readonly method: string;
  /** `/subscriptions/{subscriptionId}/…`. */
  readonly path: string;
  /** What examples call the body; undefined where the operation has none. */
  readonly bodyParameter: string | undefined;
  /** The declared statuses, without `default`. */
  readonly statuses: readonly number[];
  /** File names of its examples, stored or not. */
  readonly examples: readonly string[];
}

/** One of the document's examples. */
export interface PublishedExample {
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly responses: Readonly<Record<string, { readonly body?: unknown }>>;
}

/** @throws with one clear sentence where the published document is not. */
export function specFolder(): string {
  const folder = resolve(process.env[specFolderVariable] ?? "../shared/reference/spec");
  if (existsSync(join(folder, versionFolder, "redisenterprise.json"))) return folder;
  throw new Error(
    `The spec suite needs Microsoft's published OpenAPI document of api-version ${documentVersion}, and there is none ` +
      `in '${folder}'; set ${specFolderVariable} to the folder that has 'specification/' in it.`,
  );
}

/** All operations of the document. */
export function publishedOperations(): PublishedOperation[] {
  const { paths } = readJson(join(specFolder(), versionFolder, "redisenterprise.json")) as OpenApi;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      operationId: operation.operationId,
      method: method.toUpperCase(),
      path,
      bodyParameter: operation.parameters?.find((parameter) => parameter.in === "body")?.name,
      statuses: Object.keys(operation.responses).filter(isStatus).map(Number),
      examples: Object.values(operation["x-ms-examples"] ?? {}).map(({ $ref }) => $ref.replace("./examples/", "")),
    })),
  );
}

interface OpenApi {
  readonly paths: Record<string, Record<string, OpenApiOperation>>;
}

interface OpenApiOperation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly in?: string; readonly name?: string }[];
  readonly responses: Record<string, unknown>;
  readonly "x-ms-examples"?: Record<string, { readonly $ref: string }>;
}

const isStatus = (key: string): boolean => /^\d+$/.test(key);

/** The stored examples by file name. */
export function publishedExamples(): Map<string, PublishedExample> {
  const folder = join(specFolder(), versionFolder, "examples");
  const names = globSync("*.json", { cwd: folder }).toSorted();
  return new Map(names.map((name) => [name, readJson(join(folder, name)) as PublishedExample]));
}

/**
 * A copy of the document whose enums are closed: as published, most are `modelAsString`, and a validator lets any
 * string pass for them.
 */
export function copyWithClosedEnums(): { readonly specification: string; readonly remove: () => void } {
  const copy = mkdtempSync(join(tmpdir(), "cuprite-spec-"));
  const specification = join(copy, "specification");
  cpSync(join(specFolder(), "specification"), specification, { recursive: true });
  for (const name of globSync("**/*.json", { cwd: specification })) {
    const file = join(specification, name);
    writeFileSync(file, readFileSync(file, "utf8").replaceAll(/"modelAsString":\s*true/g, '"modelAsString": false'));
  }
  return { specification, remove: () => rmSync(copy, { recursive: true, force: true }) };
}

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, "utf8"));
