import type { Answer } from "../support/inject.ts";
import type { ContractServer } from "./contract-server.ts";
import { documentVersion, publishedExamples, publishedOperations } from "./published-document.ts";
import type { PublishedExample } from "./published-document.ts";

const examples = publishedExamples();
const operations = publishedOperations();

/** The example in a file. @throws when it is not stored, or no operation has it. */
export function exampleOf(file: string): PublishedExample {
  const example = examples.get(file);
  if (example === undefined) throw new Error(`There is no published example '${file}'.`);
  return example;
}

/** Sends a published example's request, word for word. */
export function sendExample(server: ContractServer, file: string): Promise<Answer> {
  const { parameters } = exampleOf(file);
  const operation = operations.find((candidate) => candidate.examples.includes(file));
  if (operation === undefined) throw new Error(`No operation has the example '${file}'.`);
  const { method, path, bodyParameter } = operation;
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(parameters[name]));
  const body = bodyParameter === undefined ? undefined : parameters[bodyParameter];
  return server.request(method, `${filled}?api-version=${documentVersion}`, body);
}

/** A place where two documents differ: a member that one of them lacks, or a value. */
export interface Difference {
  /** A JSON pointer. */
  readonly at: string;
  readonly published: unknown;
  readonly ours: unknown;
}

/** Every difference between two documents, as deep as it goes. */
export function differencesBetween(published: unknown, ours: unknown, at = ""): Difference[] {
  if (Object.is(published, ours)) return [];
  const isAlike = isContainer(published) && isContainer(ours) && Array.isArray(published) === Array.isArray(ours);
  if (!isAlike) return [{ at, published, ours }];
  const names = new Set([...Object.keys(published), ...Object.keys(ours)]);
  return [...names].flatMap((name) => differencesBetween(published[name], ours[name], `${at}/${escaped(name)}`));
}

const isContainer = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** RFC 6901 §3. */
const escaped = (name: string): string => name.replaceAll("~", "~0").replaceAll("/", "~1");
