import { isAscii } from "node:buffer";
import { isHostAndPort, originForm } from "../../kernel/http-request.ts";
import { isJsonObject, type JsonObject } from "../../kernel/json.ts";
import { RecentKeys } from "../../kernel/recent-keys.ts";
import { SecondChanceMap } from "../../kernel/second-chance-map.ts";
import { ArmError } from "../arm-error.ts";
import { parseArmPath, type ArmPath } from "../resource-id.ts";
import type { Query } from "../resource-type.ts";
import { bodyTooLarge, invalidRequestUri, undeserializable, unsupportedMediaType } from "../errors.ts";
import type { Exchange, Step } from "./exchange.ts";

/** Reads path, query and the origin that the client addressed. */
export const readPath: Step = (exchange) => {
  const host = exchange.headers.host ?? "";
  if (host !== lastOrigin.host) {
    if (!isHostAndPort(host)) {
      throw invalidRequestUri(`The Host header '${host}' is not a host name with an optional port.`);
    }
    lastOrigin = { host, origin: `https://${host}` };
  }
  exchange.origin = lastOrigin.origin;
  const { path, query } = targets.get(exchange.url) ?? readTarget(exchange.url);
  exchange.path = path;
  exchange.query = query;
  return undefined;
};

/** The origin of the last Host header that was read: clients rarely use two. A request without one is never the same. */
let lastOrigin: { readonly host: string | undefined; readonly origin: string } = { host: undefined, origin: "" };

/** Path and query of a request target. Requests share them: nothing changes them. */
interface Target {
  readonly path: ArmPath;
  readonly query: Query;
}

/** Targets that were read. One of 200 characters takes about 2 KB, with its segments and what is derived of it. */
const targets = new SecondChanceMap<string, Target>({ maxBytes: 4 * 1_024 ** 2 });

const bytesPerCharacter = 10;
const longestRemembered = 1_024;
/** Twice as many as any type has. The ids of all levels are kept, so that a path of 480 took 150 KB. */
const mostSegmentsRemembered = 32;

/** Targets that were read once: what is never read again would only drive out what is. */
const readOnce = new RecentKeys();

function readTarget(url: string): Target {
  const target = originForm(url);
  const queryAt = target.indexOf("?");
  const read = {
    path: parseArmPath(queryAt === -1 ? target : target.slice(0, queryAt)),
    query: lowerCaseNames(queryAt === -1 ? "" : target.slice(queryAt + 1)),
  };
  const isShort = url.length <= longestRemembered && read.path.segments.length <= mostSegmentsRemembered;
  if (isShort && readOnce.add(url)) {
    read.path.memo.isKept = true;
    targets.set(url, read, url.length * bytesPerCharacter);
  }
  return read;
}

/** Query parameters match in any case: `Api-Version`, `$SkipToken`. */
function lowerCaseNames(query: string): Query {
  const given = new URLSearchParams(query);
  if (query === query.toLowerCase()) return given;
  const folded = new URLSearchParams();
  for (const [name, value] of given) folded.append(name.toLowerCase(), value);
  return folded;
}

/**
 * The largest body that ARM accepts (documented: 4 MB), and the most levels and values of a document. Every value can be a
 * fault: a body of 4 MiB once took a minute and got a response of 400 MB.
 */
export const bodyLimits = { maxBytes: 4 * 1024 ** 2, maxDepth: 100, maxValues: 10_000 } as const;

const jsonMediaType = /^\s*application\/json\s*(?:;|$)/i;
/** Bodies are read as UTF-8, whatever a client calls it. */
const otherCharset = /;\s*charset\s*=\s*(?!"?utf-?8"?\s*(?:;|$))/i;
const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads a body if the method has one, and checks its size, then its media type, then the JSON. The operation is resolved
 * before, because what clients send to types that are not served need not be JSON.
 */
export const readBody: Step = (exchange) => (hasBody(exchange) ? receiveBody(exchange) : undefined);

async function receiveBody(exchange: Exchange): Promise<undefined> {
  exchange.body = await bodyOf(exchange);
}

/** The body, for a refusal that quotes it; undefined if it is missing or faulty. */
export async function bodyIfReadable(exchange: Exchange): Promise<JsonObject | undefined> {
  try {
    return hasBody(exchange) ? await bodyOf(exchange) : undefined;
  } catch (cause) {
    if (cause instanceof ArmError) return undefined;
    throw cause;
  }
}

const hasBody = ({ method }: Exchange): boolean => method === "PUT" || method === "PATCH" || method === "POST";

async function bodyOf({ headers, readBody: read }: Exchange): Promise<JsonObject | undefined> {
  const bytes = await read(bodyLimits.maxBytes);
  if (bytes === undefined) throw bodyTooLarge(bodyLimits.maxBytes);
  if (bytes.length === 0) return undefined;
  const contentType = headers["content-type"];
  if (contentType === undefined || !isReadable(contentType)) throw unsupportedMediaType(contentType);
  return parseObject(bytes);
}

const isReadable = (contentType: string): boolean =>
  contentType === "application/json" || (jsonMediaType.test(contentType) && !otherCharset.test(contentType));

/** Checked before parsing, which takes a second for 4 MiB of brackets. */
const tooMuch = {
  maxDepth: `The content nests deeper than ${bodyLimits.maxDepth} levels. Path ''.`,
  maxValues: `The content has more than ${bodyLimits.maxValues} values. Path ''.`,
} as const;

function parseObject(bytes: Buffer): JsonObject {
  const passed = passedLimit(bytes, bodyLimits);
  if (passed !== undefined) throw undeserializable(tooMuch[passed]);
  const value = parse(decode(bytes));
  if (!isJsonObject(value)) {
    throw undeserializable(
      `A JSON object is required but the content is ${describe(value)}. Path '', line 1, position 1.`,
    );
  }
  return value;
}

function decode(bytes: Buffer): string {
  if (isAscii(bytes)) return bytes.toString("latin1");
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

/** V8's message in ARM's form: the place of the fault, if V8 says it, and never the content. */
function jsonFault(text: string, cause: unknown): string {
  const message = cause instanceof Error ? cause.message : "";
  const position = /at position (\d+)/.exec(message)?.[1];
  const isAtEnd = position === undefined ? message.startsWith("Unexpected end") : Number(position) >= text.length;
  if (position === undefined && !isAtEnd) return "Unexpected character while parsing value. Path ''.";
  const what = isAtEnd ? "Unexpected end of content" : "Unexpected character";
  const { line, column } = placeOf(text, Number(position ?? text.length));
  return `${what} while parsing value. Path '', line ${line}, position ${column}.`;
}

/** Line and column, without making a string of each line before them. */
function placeOf(text: string, position: number): { line: number; column: number } {
  let line = 1;
  let lineStart = 0;
  for (let end = text.indexOf("\n"); end !== -1 && end < position; end = text.indexOf("\n", end + 1)) {
    line += 1;
    lineStart = end + 1;
  }
  return { line, column: position - lineStart };
}

const describe = (value: unknown): string => {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : `a ${typeof value}`;
};

/** How deep a document may nest, and how many values it may hold on all levels together, itself included. */
interface JsonLimits {
  readonly maxDepth: number;
  readonly maxValues: number;
}

const [quote, backslash] = [0x22, 0x5c];
const [comma, openBrace, closeBrace] = [0x2c, 0x7b, 0x7d];

/** Brackets and braces differ in this bit. */
const braceBit = 0x20;
const isOpening = (byte: number): boolean => (byte | braceBit) === openBrace;
const isClosing = (byte: number): boolean => (byte | braceBit) === closeBrace;

/** Up to it, characters are white space in JSON or not allowed outside a string. */
const space = 0x20;

/**
 * The limit that the JSON in `bytes` exceeds, if any: one pass over brackets, commas and quotes, before parsing. Bytes
 * above ASCII are skipped. For text that is not JSON the result has no meaning.
 */
export function passedLimit(bytes: Uint8Array, { maxDepth, maxValues }: JsonLimits): keyof JsonLimits | undefined {
  let depth = 0;
  let values = 1;
  let isJustOpened = false;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte <= space) continue;
    if (isOpening(byte)) {
      depth += 1;
      values += 1;
      isJustOpened = true;
      if (depth > maxDepth) return "maxDepth";
      // The last one opened may be empty, and then has no value.
      if (values > maxValues + 1) return "maxValues";
      continue;
    }
    if (byte === quote) index = endOfString(bytes, index);
    else if (byte === comma) values += 1;
    else if (isClosing(byte)) {
      depth -= 1;
      if (isJustOpened) values -= 1;
    }
    isJustOpened = false;
    if (values > maxValues) return "maxValues";
  }
  return undefined;
}

/** Where the string ends that begins at `start`, or the text does. */
function endOfString(bytes: Uint8Array, start: number): number {
  for (let index = start + 1; index < bytes.length; index += 1) {
    const byte = bytes[index];
    if (byte === backslash) index += 1;
    else if (byte === quote) return index;
  }
  return bytes.length;
}
