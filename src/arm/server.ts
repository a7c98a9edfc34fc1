import { errorCodes, type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Clock } from "../kernel/clock.ts";
import { isJsonObject } from "../kernel/json.ts";
import type { Log } from "../kernel/log.ts";
import { pathOfTarget, ClientGone, closeLater, discardUpload, readUpload } from "../kernel/http-request.ts";
import { headersOfResponse, setCommonHeaders } from "./response-headers.ts";
import { ArmError } from "./arm-error.ts";
import { internalServerError, serviceStopping } from "./errors.ts";
import type { ArmResponse } from "./resource-type.ts";
import { renderBody, renderError } from "./render-response.ts";
import { recordFailure } from "./write.ts";
import { describeStoreFailure, failureFields } from "../store/store.ts";
import { beginExchange, type Exchange, type PipelineServices } from "./pipeline/exchange.ts";
import { noteUnserved } from "./unserved.ts";
import { pipeline, runSteps } from "./pipeline/pipeline.ts";

/** Registers ARM on a Fastify instance, for every path without another route. */
export async function registerArm(app: FastifyInstance, services: PipelineServices & { log: Log }): Promise<void> {
  await app.register(async (arm) => {
    arm.addHook("preClose", async () => void stopping.add(arm.server));
    // The pipeline reads bodies.
    arm.removeAllContentTypeParsers();
    arm.addContentTypeParser("*", (_request, _payload, done) => done(null));
    arm.all("/*", (request, reply) => answer(request, reply, services));
    // The pipeline refuses methods that Fastify does not know, and media types that it cannot read.
    arm.setNotFoundHandler((request, reply) => answer(request, reply, services));
    arm.setErrorHandler((cause, request, reply) => {
      if (!isUnread(cause)) throw cause;
      return answer(request, reply, services);
    });
  });
}

/** Whether Fastify refused a request by its headers, before any of our code saw it. */
const isUnread = (cause: unknown): boolean =>
  cause instanceof errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE ||
  cause instanceof errorCodes.FST_ERR_ROUTE_MISSING_CONTENT_TYPE;

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  services: PipelineServices & { log: Log },
): Promise<FastifyReply> {
  const begunAtMs = services.clock.steadyMs();
  const exchange = toExchange(request, services.clock.nowMs());
  const response = await respond(exchange, { ...services, isStopping: stopping.has(request.server.server) });
  if (services.log.isLevelEnabled("debug")) logAnswer(exchange, response, { ...services, begunAtMs });
  const isWhole = await discardUpload(request.raw, unreadLimitBytes);
  return send(reply, response, { common: headersOfResponse(exchange, response, services.quota), isLast: !isWhole });
}

/** The servers that are closing: requests in progress end, and new ones are refused. */
const stopping = new WeakSet<object>();

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
  services: PipelineServices & { log: Log; isStopping: boolean },
): Promise<ArmResponse> {
  try {
    if (services.isStopping) {
      await setCommonHeaders(exchange, services);
      throw serviceStopping();
    }
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

function toExchange(request: FastifyRequest, startedAtMs: number): Exchange {
  const { method, originalUrl: url, headers } = request;
  return beginExchange({
    method,
    url,
    headers,
    startedAtMs,
    readBody: (limitBytes) => readUpload(request.raw, limitBytes),
  });
}

function unexpected(cause: unknown, exchange: Exchange, log: Log): ArmError {
  const { correlationId } = exchange;
  if (cause instanceof ClientGone) log.debug({ err: cause, correlationId }, cause.message);
  // On a full disk every request logs this, so that it is one sentence without a stack.
  else log.error({ ...failureFields(cause), correlationId }, "A request failed unexpectedly.");
  return internalServerError();
}

/** Writes the response to the socket: Fastify's own way adds nothing, and costs as much as the pipeline. */
function send(
  reply: FastifyReply,
  response: ArmResponse,
  { common, isLast }: { common: Readonly<Record<string, string>>; isLast: boolean },
): FastifyReply {
  const { status, body, headers } = response;
  const text = body === undefined ? "" : renderBody(body, response.speaker);
  const all: Record<string, string | number> = { ...common, ...headers };
  if (body !== undefined) all["content-type"] = response.contentType ?? "application/json; charset=utf-8";
  if (status !== 204) all["content-length"] = Buffer.byteLength(text);
  if (isLast) all["connection"] = "close";
  reply.hijack();
  reply.raw.writeHead(status, all);
  if (isLast) closeLater(reply.request.raw.socket);
  reply.raw.end(text);
  return reply;
}
