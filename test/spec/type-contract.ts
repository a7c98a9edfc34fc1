import type { RecordedExchange } from "../support/exchange-recorder.ts";
import { parsedBody, type Finding } from "./findings.ts";
import type { PublishedTypes, Side } from "../support/published-types.ts";

/** What a path is about. */
export interface PathType {
  /** As the path spells it: `Microsoft.Cache/redisEnterprise/databases`. */
  readonly type: string;
  /** The last name in the path; undefined for a list and for an action. */
  readonly name: string | undefined;
}

/** What the definitions say of an exchange. */
export interface Verdict {
  /** The types of the bodies that were validated, and the types that have no definition. */
  readonly validated: readonly string[];
  readonly undefinedTypes: readonly string[];
  readonly findings: readonly Finding[];
}

/** The last type in a path, which extensions put behind another resource's id; undefined where it has none. */
export function pathTypeOf(path: string): PathType | undefined {
  const segments = path.split("/").filter((segment) => segment !== "");
  const last = segments.findLastIndex((segment) => segment.toLowerCase() === "providers");
  if (last === -1) {
    const isGroup = segments[2]?.toLowerCase() === "resourcegroups" && segments.length <= 4;
    return isGroup ? { type: "Microsoft.Resources/resourceGroups", name: segments[3] } : undefined;
  }
  const [namespace, ...rest] = segments.slice(last + 1);
  if (namespace === undefined || rest.length === 0) return undefined;
  const types = rest.filter((_, place) => place % 2 === 0);
  return { type: [namespace, ...types].join("/"), name: rest.length % 2 === 0 ? rest.at(-1) : undefined };
}

/**
 * Holds what an exchange says of resources against the definitions. A request that was refused is meant to be wrong;
 * of a PATCH nothing is required. What is read-only is taken in requests, if it is of the right type.
 */
export function judgeExchange(types: PublishedTypes, exchange: RecordedExchange): Verdict {
  const { pathname, searchParams } = new URL(exchange.url, "https://localhost");
  const version = searchParams.get("api-version") ?? "";
  const about = pathTypeOf(decodedPath(pathname));
  if (exchange.answer.status >= 300 || about === undefined) return { validated: [], undefinedTypes: [], findings: [] };
  const judged = [...sentBodies(exchange, about), ...answeredBodies(exchange, about)].map((found) => {
    const published = types.find(found.type, version);
    const faults = published?.findFaults(found.side, found.body) ?? [];
    const operation = `${exchange.method} ${published?.type}@${version}`;
    const { status } = exchange.answer;
    const findings = faults
      .filter(({ code }) => code !== "MISSING_PROPERTY" || found.side === "response" || exchange.method === "PUT")
      .map((fault): Finding => ({ side: found.side, operation, status, ...fault, test: exchange.test }));
    return { type: published?.type, asked: found.type, findings };
  });
  return {
    validated: judged.flatMap(({ type }) => type ?? []),
    undefinedTypes: judged.flatMap(({ type, asked }) => (type === undefined ? [asked] : [])),
    findings: judged.flatMap(({ findings }) => findings),
  };
}

interface TypedBody {
  readonly side: Side;
  readonly type: string;
  readonly body: unknown;
}

/** `name` is the definition's: the wire has it in the path. */
function sentBodies(exchange: RecordedExchange, { type, name }: PathType): TypedBody[] {
  const body = parsedBody(exchange);
  const isResource = (exchange.method === "PUT" || exchange.method === "PATCH") && name !== undefined;
  return isResource && isRecord(body) ? [{ side: "request", type, body: { ...body, name } }] : [];
}

/** One resource, the resources of a list, or what the result of an operation shows. */
function answeredBodies({ method, answer }: RecordedExchange, { type, name }: PathType): TypedBody[] {
  const { body } = answer;
  if (!isRecord(body) || method === "POST") return [];
  const listed = name === undefined && Array.isArray(body["value"]) ? (body["value"] as unknown[]) : [body];
  return listed.map((resource) => ({ side: "response", type: typeIn(resource, type), body: resource }));
}

/** Lists of several types and results of operations say in their bodies what they are of. */
function typeIn(resource: unknown, pathType: string): string {
  const isOfMany = /\/(?:all|recordsets|operationresults|\w*operationresults)$/i.test(pathType);
  return isOfMany && isRecord(resource) && typeof resource["type"] === "string" ? resource["type"] : pathType;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // A test's malformed escape.
  }
}
