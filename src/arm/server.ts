import { errorCodes, type FastifyInstance } from "fastify";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Clock } from "../kernel/clock.ts";
import { isJsonObject } from "../kernel/json.ts";
import type { Log } from "../kernel/log.ts";
import { pathOfTarget, ClientGone, closeLater, discardUpload, readUpload } from "../kernel/http-request.ts";
import { headersOfResponse, setHeader } from "./response-headers.ts";
import { ArmError } from "./arm-error.ts";
import { internalServerError, serviceStopping } from "./errors.ts";
import type { ArmResponse } from "./resource-type.ts";
import { renderBody, renderError } from "./render-response.ts";
import { recordFailure } from "./write.ts";
import { describeStoreFailure, failureFields } from "../store/store.ts";
import { beginExchange, type Exchange, type PipelineServices } from "./pipeline/exchange.ts";
import { noteUnserved } from "./unserved.ts";
import { pipeline, runSteps } from "./pipeline/pipeline.ts";

type ServerServices = PipelineServices & { readonly log: Log };

/** Answers a request; the result resolves when the response is handed to the socket. */
type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * Registers ARM on a Fastify instance, for every path without another route. What can only be ARM's does not pass through
 * Fastify at all.
 */
export async function registerArm(app: FastifyInstance, services: ServerServices): Promise<void> {
  let isStopping = false;
  const answer: Answer = (request, response) => answerRequest(request, response, { ...services, isStopping });
  await app.register(async (arm) => {
    arm.addHook("preClose", async () => void (isStopping = true));
    // The pipeline reads bodies.
    arm.removeAllContentTypeParsers();
    arm.addContentTypeParser("*", (_request, _payload, done) => done(null));
    arm.all("/*", (request, reply) => answer(request.raw, reply.hijack().raw));
    // The pipeline refuses methods that Fastify does not know, and media types that it cannot read.
    arm.setNotFoundHandler((request, reply) => answer(request.raw, reply.hijack().raw));
    arm.setErrorHandler((cause, request, reply) => {
      if (!isUnread(cause)) throw cause;
      return answer(request.raw, reply.hijack().raw);
    });
  });
  takeRequests(app.server, answer);
}

/** Whether Fastify refused a request by its headers, before any of our code saw it. */
const isUnread = (cause: unknown): boolean =>
  cause instanceof errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE ||
  cause instanceof errorCodes.FST_ERR_ROUTE_MISSING_CONTENT_TYPE;

/** `/subscriptions/` and the form of an id: no other route has a GUID there. */
const armPath = /^\/subscriptions\/[\da-f-]{36}(?:[/?]|$)/i;

/** Takes ARM's requests from a server before its other listeners, Fastify's among them. */
function takeRequests(server: Server, answer: Answer): void {
  const others = server.listeners("request");
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    if (armPath.test(request.url ?? "")) void answer(request, response);
    else for (const other of others) other.call(server, request, response);
  });
}

/** Never rejects. */
async function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  services: ServerServices & { readonly isStopping: boolean },
): Promise<void> {
  const { clock, log, quota, isStopping } = services;
  const isLogged = log.isLevelEnabled("debug");
  const begunAtMs = isLogged ? clock.steadyMs() : 0;
  const exchange = toExchange(request, clock.nowMs());
  try {
    const answer = await respond(exchange, services);
    if (isLogged) logAnswer(exchange, answer, { ...services, begunAtMs });
    const discarded = discardUpload(request, unreadLimitBytes);
    const isWhole = typeof discarded === "boolean" ? discarded : await discarded;
    const headers = headersOfResponse(exchange, answer, quota);
    if (isStopping) {
      // Fastify has set it where the request came through it.
      response.removeHeader("connection");
      headers.unshift(isWhole ? "Connection" : "connection", "close");
    }
    if (!isWhole) closeLater(request.socket);
    send(response, answer, { headers, isLast: !isWhole });
  } catch (cause) {
    log.error({ err: cause, correlationId: exchange.correlationId }, "A response could not be sent.");
    response.destroy();
  }
}

/** How much of a body that no step read is received, so that its connection can be used again. */
const unreadLimitBytes = 512 * 1024;

/** Logs what cannot be secret: no headers, no body, and of the query only the api-version. */
function logAnswer(
  exchange: Exchange,
  { status, body }: ArmResponse,
  { log, clock, begunAtMs }: { log: Log; clock: Clock; begunAtMs: number },
): void {
  const { method, url, apiVersion, correlationId } = exchange;
  const error = body !== undefined && "error" in body ? body.error : undefined;
  const code = isJsonObject(error) ? error["code"] : undefined;
  const ms = clock.steadyMs() - begunAtMs;
  log.debug({ method, path: pathOfTarget(url), apiVersion, status, code, correlationId, ms }, "Answered.");
}

async function respond(
  exchange: Exchange,
  services: ServerServices & { readonly isStopping: boolean },
): Promise<ArmResponse> {
  try {
    if (services.isStopping) throw serviceStopping();
    return await runSteps(exchange, pipeline, services);
  } catch (cause) {
    const error = cause instanceof ArmError ? cause : unexpected(cause, exchange, services.log);
    noteUnserved(exchange, error, services.unserved);
    // If the store failed, it cannot record that either.
    if (describeStoreFailure(cause) === undefined) await recordFailure(exchange, error, services);
    const { correlationId, requestId } = exchange;
    return renderError(error, { correlationId, requestId, nowMs: services.clock.nowMs() });
  }
}

const toExchange = (request: IncomingMessage & { readonly originalUrl?: string }, startedAtMs: number): Exchange =>
  beginExchange({
    method: request.method ?? "",
    // Fastify keeps the target as it was received here, and changes `url`.
    url: request.originalUrl ?? request.url ?? "",
    headers: request.headers,
    startedAtMs,
    readBody: (limitBytes) => readUpload(request, limitBytes),
  });

function unexpected(cause: unknown, exchange: Exchange, log: Log): ArmError {
  const { correlationId } = exchange;
  if (cause instanceof ClientGone) log.debug({ err: cause, correlationId }, cause.message);
  // On a full disk every request logs this, so that it is one sentence without a stack.
  else log.error({ ...failureFields(cause), correlationId }, "A request failed unexpectedly.");
  return internalServerError();
}

/** Hands head and body to the socket together. */
function send(
  response: ServerResponse,
  answer: ArmResponse,
  { headers, isLast }: { headers: string[]; isLast: boolean },
): void {
  const { status, body, speaker } = answer;
  const text = answer.text ?? (body === undefined ? undefined : renderBody(body, speaker));
  if (text !== undefined) setHeader(headers, "content-type", answer.contentType ?? "application/json; charset=utf-8");
  if (status !== 204) setHeader(headers, "content-length", String(text === undefined ? 0 : Buffer.byteLength(text)));
  if (isLast) setHeader(headers, "connection", "close");
  response.writeHead(status, headers);
  response.end(text ?? "");
}
