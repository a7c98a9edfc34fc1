import { isJsonObject } from "../../kernel/json.ts";
import type { JsonObject } from "../../kernel/json.ts";
import { bodyTooLarge, undeserializable, unsupportedMediaType } from "../errors.ts";
import type { Step } from "./pipeline.ts";

/** What ARM takes (documented: 4 MB), and how deep a document may nest before it is taken for an attack. */
export const bodyLimits = { maxBytes: 4 * 1024 ** 2, maxDepth: 100 } as const;

const jsonMediaType = /^\s*application\/json\s*(?:;|$)/i;
/** Bodies are read as UTF-8, whatever a client calls it. */
const otherCharset = /;\s*charset\s*=\s*(?!"?utf-?8"?\s*(?:;|$))/i;
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Reads a body where the method has one: size, then media type, then JSON. */
export const readBody: Step = async (exchange) => {
  if (exchange.method !== "PUT" && exchange.method !== "PATCH" && exchange.method !== "POST") return undefined;
  const bytes = await exchange.readBody(bodyLimits.maxBytes);
  if (bytes === undefined) throw bodyTooLarge(bodyLimits.maxBytes);
  if (bytes.length === 0) return undefined;
  const contentType = exchange.headers["content-type"];
  if (contentType === undefined || !isReadable(contentType)) throw unsupportedMediaType(contentType);
  exchange.body = parseObject(bytes);
  return undefined;
};

const isReadable = (contentType: string): boolean => jsonMediaType.test(contentType) && !otherCharset.test(contentType);

function parseObject(bytes: Buffer): JsonObject {
  const text = decode(bytes);
  const value = parse(text);
  if (!isJsonObject(value)) {
    throw undeserializable(
      `A JSON object is required but the content is ${describe(value)}. Path '', line 1, position 1.`,
    );
  }
  if (nestsDeeperThan(text, bodyLimits.maxDepth)) {
    throw undeserializable(`The content nests deeper than ${bodyLimits.maxDepth} levels. Path ''.`);
  }
  return value;
}

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw undeserializable("The content is not valid UTF-8. Path '', line 1, position 0.");
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw undeserializable(jsonFault(text, cause));
  }
}

/** Where V8's message says that the fault is, as far as it does, in ARM's form; never the content itself. */
function jsonFault(text: string, cause: unknown): string {
  const message = cause instanceof Error ? cause.message : "";
  const position = /at position (\d+)/.exec(message)?.[1];
  const isAtEnd = position === undefined ? message.startsWith("Unexpected end") : Number(position) >= text.length;
  if (position === undefined && !isAtEnd) return "Unexpected character while parsing value. Path ''.";
  const before = text.slice(0, Number(position ?? text.length)).split("\n");
  const what = isAtEnd ? "Unexpected end of content" : "Unexpected character";
  return `${what} while parsing value. Path '', line ${before.length}, position ${before.at(-1)?.length ?? 0}.`;
}

const describe = (value: unknown): string => {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : `a ${typeof value}`;
};

/** Counts brackets outside strings: cheaper than walking the parsed document. */
function nestsDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (inString) {
      if (character === "\\") index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "{" || character === "[") {
      depth += 1;
      if (depth > limit) return true;
    } else if (character === "}" || character === "]") depth -= 1;
  }
  return false;
}
