import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Clock } from "../kernel/clock.ts";
import { isJsonObject } from "../kernel/json.ts";
import type { Log } from "../kernel/log.ts";
import type { Closable } from "../kernel/shutdown.ts";
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

/** The services, and whether the server stops: then it answers nothing but that. */
type ServingServices = ServerServices & { isStopping: boolean };

/** Answers a request; the result resolves when the response is handed to the socket. */
type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Resource Manager as it answers requests. */
export interface Arm extends Closable {
  readonly answer: Answer;
}

/** Makes Resource Manager. From `close` on it answers that the service stops. */
export function createArm(services: ServerServices): Arm {
  const serving: ServingServices = { ...services, isStopping: false };
  return {
    answer: (request, response) => answerRequest(request, response, serving),
    close: async () => void (serving.isStopping = true),
  };
}

/** `/subscriptions/` and the form of an id: no other route has a GUID there. */
const armPath = /^\/subscriptions\/[\da-f-]{36}(?:[/?]|$)/i;

/** Takes what can only be ARM's from a server before its other listeners, Fastify's among them. */
export function takeArmRequests(server: Server, { answer }: Arm): void {
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
  services: ServingServices,
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

async function respond(exchange: Exchange, services: ServingServices): Promise<ArmResponse> {
  try {
    if (services.isStopping) throw serviceStopping();
    return await runSteps(exchange, pipeline, services);
  } catch (cause) {
    const isRefusal = cause instanceof ArmError;
    const error = isRefusal ? cause : unexpected(cause, exchange, services.log);
    noteUnserved(exchange, error, services.unserved);
    // If the store failed, it cannot record that either.
    if (isRefusal || describeStoreFailure(cause) === undefined) await recordFailure(exchange, error, services);
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
