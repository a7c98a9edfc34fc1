import type { FastifyInstance } from "fastify";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Clock } from "../kernel/clock.ts";
import { describeStoreFailure, tryWrite, type Store } from "../store/store.ts";

/** Requests within this time share one write, so that frequent probes do not cost a sync of the disk each. */
const sharedMs = 500;

/** A store that takes longer than this is reported as failed. */
const storeLimitMs = 3_000;

interface HealthServices {
  readonly store: Store;
  readonly clock: Clock;
  /** Why databases have no Redis although a server program was found, in one sentence; undefined otherwise. */
  readonly dataPlaneFailure: () => string | undefined;
}

/** A response about the server's health: its status and body. */
interface HealthAnswer {
  readonly status: 200 | 503;
  readonly body: object;
}

/** `/healthz`: the process responds. `/readyz`: the store can be written, and the data plane has started. */
export interface Health {
  readonly "/healthz": () => Promise<HealthAnswer>;
  readonly "/readyz": () => Promise<HealthAnswer>;
}

/** Makes the answers about the server's health. */
export function createHealth(services: HealthServices): Health {
  const { clock, dataPlaneFailure } = services;
  let last = { atMs: Number.NEGATIVE_INFINITY, reason: Promise.resolve<string | undefined>(undefined) };
  const storeFailure = (): Promise<string | undefined> => {
    const atMs = clock.steadyMs();
    if (atMs - last.atMs >= sharedMs) last = { atMs, reason: whyNotWritten(services) };
    return last.reason;
  };
  return {
    "/healthz": async () => ({ status: 200, body: { status: "ok" } }),
    "/readyz": async () => {
      const reason = (await storeFailure()) ?? dataPlaneFailure();
      if (reason === undefined) return { status: 200, body: { status: "ready" } };
      return { status: 503, body: { status: "unavailable", reason } };
    },
  };
}

/** Adds the routes to a Fastify instance. */
export function registerHealth(app: FastifyInstance, health: Health): void {
  for (const [path, answer] of Object.entries(health) as [string, () => Promise<HealthAnswer>][]) {
    app.get(path, async (_request, reply) => {
      const { status, body } = await answer();
      return reply.code(status).send(body);
    });
  }
}

/** Takes the plain GETs of probes from a server before its other listeners, so that they do not need Fastify. */
export function takeHealthRequests(server: Server, health: Health): void {
  const others = server.listeners("request");
  server.removeAllListeners("request");
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const { url, method, headers } = request;
    const isProbe = method === "GET" && !("content-length" in headers || "transfer-encoding" in headers);
    if (isProbe && (url === "/healthz" || url === "/readyz")) void respond(health[url], { server, response });
    else for (const other of others) other.call(server, request, response);
  });
}

async function respond(
  answer: () => Promise<HealthAnswer>,
  { server, response }: { server: Server; response: ServerResponse },
): Promise<void> {
  const { status, body } = await answer();
  const text = JSON.stringify(body);
  const headers = { "content-type": "application/json; charset=utf-8", "content-length": Buffer.byteLength(text) };
  response.writeHead(status, server.listening ? headers : { ...headers, connection: "close" }).end(text);
}

/** Writes to the store: only a write fails on a full or read-only disk, or a damaged file. */
async function whyNotWritten({ store, clock }: HealthServices): Promise<string | undefined> {
  const late = Promise.withResolvers<string>();
  const cancel = clock.wakeIn(storeLimitMs, () => late.resolve("The store does not answer."));
  try {
    const written = store.write((tx) => tryWrite(tx, clock.nowMs())).then(() => undefined);
    return await Promise.race([written, late.promise]);
  } catch (cause) {
    return describeStoreFailure(cause) ?? "The store does not answer.";
  } finally {
    cancel();
  }
}
