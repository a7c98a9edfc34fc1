import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isJsonObject } from "../../kernel/json.ts";
import { isUuid, newUuid } from "../../kernel/ids.ts";
import type { Authority } from "../authority.ts";
import { clientFault, logRequests, originOf } from "../endpoint.ts";
import { OAuthError } from "../oauth-error.ts";
import type { Caller } from "../tokens/verify.ts";
import { GraphError, notServedHere, renderGraphError, resourceNotFound, tokenRefusal } from "./graph-error.ts";
import { graphObjects, type GraphObject, type GraphType } from "./graph-objects.ts";
import { readGraphPath, type Below, type GraphTarget, type Key } from "./graph-paths.ts";
import { filtered, readList, readOne, readQueryOptions } from "./graph-query.ts";

/** A request with a valid token. */
interface GraphRequest {
  readonly method: string;
  /** The start of contexts and links: `https://localhost:8443/v1.0`. */
  readonly base: string;
  /** Below `base`, with the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly target: GraphTarget;
  readonly body: unknown;
  /** Whether the request has the header that counts need. */
  readonly isEventual: boolean;
  readonly caller: Caller;
  readonly authority: Authority;
}

const bodyLimitBytes = 64 * 1024;
const maxIds = 1_000;

/**
 * Adds a small read-only Microsoft Graph: what Azure CLI, Terraform and SDKs read about the principals of the tenant of
 * the caller's token. Every request needs a token of ours for Microsoft Graph.
 */
export async function registerGraph(app: FastifyInstance, authority: Authority): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // Received as text, and parsed as JSON after the token was checked.
    const options = { parseAs: "string", bodyLimit: bodyLimitBytes } as const;
    scope.addContentTypeParser("*", options, async (_request: FastifyRequest, body: string) => body);
    logRequests(scope, authority.log);
    scope.setErrorHandler((cause, request, reply) => refuse(authority, cause, { request, reply }));
    for (const version of ["/v1.0", "/beta"]) {
      scope.all(version, (request, reply) => answer(authority, request, reply));
      scope.all(`${version}/*`, (request, reply) => answer(authority, request, reply));
    }
  });
}

async function answer(authority: Authority, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const requestId = newUuid();
  reply.headers({
    "cache-control": "no-cache",
    "odata-version": "4.0",
    "request-id": requestId,
    "client-request-id": clientRequestId(request) ?? requestId,
  });
  const body = respond(await readRequest(authority, request));
  if (typeof body === "string") return reply.type("text/plain").send(body);
  return reply.type("application/json;odata.metadata=minimal;odata.streaming=true;charset=utf-8").send(body);
}

const clientRequestId = ({ headers }: FastifyRequest): string | undefined => {
  const sent = headers["client-request-id"];
  return typeof sent === "string" && isUuid(sent) ? sent : undefined;
};

/** The token is checked before the rest of a request. */
async function readRequest(authority: Authority, request: FastifyRequest): Promise<GraphRequest> {
  const origin = originOf(request);
  const token = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? "")?.[1];
  if (token === undefined) throw tokenRefusal(undefined);
  const verdict = await authority.verifyGraphToken(token);
  if (!verdict.ok) throw tokenRefusal(verdict);
  const [, version = "", path = ""] = /^\/+(v1\.0|beta)\/*([^?]*)/i.exec(request.url) ?? [];
  const queryAt = request.url.indexOf("?");
  return {
    method: request.method,
    base: `${origin}/${version.toLowerCase()}`,
    path,
    query: new URLSearchParams(queryAt === -1 ? "" : request.url.slice(queryAt + 1)),
    target: readGraphPath(path),
    body: request.body,
    isEventual: request.headers["consistencylevel"] === "eventual",
    caller: verdict.caller,
    authority,
  };
}

const isReading: ReadonlySet<string> = new Set(["GET", "HEAD"]);

function respond(request: GraphRequest): object | string {
  const { method, target, path } = request;
  const isAction = target.kind === "getByIds" || ("below" in target && target.below === "memberGroups");
  if (isAction ? method !== "POST" : !isReading.has(method)) throw notServedHere(`${method} of '${path}'`);
  if (target.kind === "getByIds") return answerIds(request);
  const options = readQueryOptions(request.query);
  if (target.kind === "me") return answerObject(request, me(request), target.below);
  if (target.kind === "object") return answerObject(request, findObject(request, target), target.below);
  const objects = objectsOf(request, target.type);
  if (target.kind === "list") return answerList(request, objects, target.type);
  if (request.isEventual) return String(filtered(objects, target.type, options).length);
  throw new GraphError({ code: "Request_BadRequest", message: "$count is not currently supported." });
}

const objectsOf = ({ authority, caller }: GraphRequest, type: GraphType): readonly GraphObject[] =>
  graphObjects(authority.directory, caller.tenantId, type);

const everyType = ["user", "servicePrincipal", "application"] as const;

function me(request: GraphRequest): GraphObject {
  const { caller } = request;
  if (caller.kind !== "User") {
    const message = "/me request is only valid with delegated authentication flow.";
    throw new GraphError({ code: "BadRequest", message });
  }
  return findObject(request, { type: "user", key: { property: "id", value: caller.objectId } });
}

function findObject(request: GraphRequest, { type, key }: { type: GraphType | "any"; key: Key }): GraphObject {
  const wanted = key.value.toLowerCase();
  const objects = (type === "any" ? everyType : [type]).flatMap((each) => objectsOf(request, each));
  const found = objects.find(({ properties }) => String(properties[key.property]).toLowerCase() === wanted);
  if (found === undefined) throw resourceNotFound(key.value);
  return found;
}

function answerObject(request: GraphRequest, object: GraphObject, below: Below | undefined): object {
  const { base } = request;
  if (below === "nothing") throw resourceNotFound("manager");
  if (below === "memberGroups") return { "@odata.context": `${base}/$metadata#Collection(Edm.String)`, value: [] };
  if (below === "emptyList") return { "@odata.context": `${base}/$metadata#directoryObjects`, value: [] };
  const { context, body } = readOne(object, readQueryOptions(request.query));
  const isAny = request.target.kind === "object" && request.target.type === "any";
  const type = isAny ? { "@odata.type": `#microsoft.graph.${object.type}` } : {};
  return { "@odata.context": `${base}/$metadata${isAny ? "#directoryObjects/$entity" : context}`, ...type, ...body };
}

function answerList(request: GraphRequest, objects: readonly GraphObject[], type: GraphType): object {
  const { base, path, query, isEventual } = request;
  const options = readQueryOptions(query);
  const { context, value, total, nextAfter } = readList(objects, type, options);
  const isCounted = isEventual && options.get("count")?.toLowerCase() === "true";
  const next = new URLSearchParams([...query].filter(([name]) => name.toLowerCase() !== "$skiptoken"));
  if (nextAfter !== undefined) next.set("$skiptoken", nextAfter);
  return {
    "@odata.context": `${base}/$metadata${context}`,
    ...(isCounted ? { "@odata.count": total } : {}),
    ...(nextAfter === undefined ? {} : { "@odata.nextLink": `${base}/${path}?${next.toString()}` }),
    value,
  };
}

/** `getByIds`: the objects that exist, of the types that are named, or of all. */
function answerIds(request: GraphRequest): object {
  const { ids, types } = readIds(request.body);
  const wanted = new Set(ids.map((id) => id.toLowerCase()));
  const asked = everyType.filter((type) => types === undefined || types.has(type.toLowerCase()));
  const found = asked.flatMap((type) => objectsOf(request, type)).filter(({ id }) => wanted.has(id));
  const value = found.map((object) => ({
    "@odata.type": `#microsoft.graph.${object.type}`,
    ...readOne(object, new Map()).body,
  }));
  return { "@odata.context": `${request.base}/$metadata#directoryObjects`, value };
}

function readIds(sent: unknown): { ids: readonly string[]; types: ReadonlySet<string> | undefined } {
  const body = parseBody(sent);
  const { ids, types } = isJsonObject(body) ? body : {};
  if (!isTexts(ids) || (types !== undefined && types !== null && !isTexts(types))) throw unreadable();
  if (ids.length > maxIds) {
    const message = `Too many elements in the array: 'ids' takes ${maxIds} at most.`;
    throw new GraphError({ code: "Request_BadRequest", message });
  }
  const strange = ids.find((id) => !isUuid(id));
  if (strange !== undefined) {
    throw new GraphError({ code: "Request_BadRequest", message: `Invalid object identifier '${strange}'.` });
  }
  const named = isTexts(types) ? new Set(types.map((type) => type.toLowerCase())) : undefined;
  return { ids, types: named?.has("directoryobject") === true ? undefined : named };
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === "string");

function parseBody(sent: unknown): unknown {
  try {
    return typeof sent === "string" ? JSON.parse(sent) : undefined;
  } catch {
    throw unreadable();
  }
}

const unreadable = (): GraphError =>
  new GraphError({
    code: "BadRequest",
    message:
      "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.",
  });

function refuse(
  authority: Authority,
  cause: unknown,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): FastifyReply {
  const refusal = refusalOf(cause);
  const requestId = String(reply.getHeader("request-id") ?? newUuid());
  if (refusal === undefined) authority.log.error({ err: cause, requestId }, "A request to Microsoft Graph failed.");
  const { status, code, message } = refusal ?? internalError;
  if (status === 401) reply.header("www-authenticate", 'Bearer realm=""');
  const trace = { requestId, clientRequestId: clientRequestId(request), nowMs: authority.clock.nowMs() };
  return reply.code(status).type("application/json").send(renderGraphError({ code, message }, trace));
}

/** The refusal for a client's mistake; undefined for any other error. */
function refusalOf(cause: unknown): GraphError | undefined {
  if (cause instanceof GraphError) return cause;
  if (cause instanceof OAuthError) return new GraphError({ code: "BadRequest", message: cause.message });
  const status = clientFault(cause);
  if (status === undefined) return undefined;
  if (status !== 413) return unreadable();
  return new GraphError({ status, code: "RequestEntityTooLarge", message: "The request body is too large." });
}

const internalError = { status: 500, code: "InternalServerError", message: "An internal server error occurred." };
