import { fastify, type FastifyInstance, type FastifyServerOptions } from "fastify";
import type { Server } from "node:https";
import { discardUnreadBodies, originForm } from "../kernel/http-request.ts";
import type { Closable } from "../kernel/shutdown.ts";
import { refuseOddRequests, refuseUnreadable } from "./refusals.ts";

/** How long requests in progress may take when the server stops, before their connections are closed. */
const drainMs = 3_000;

/** The largest body outside Resource Manager: forms, and requests of commands. */
const maxBodyBytes = 64 * 1024;

/** The TLS server below a Fastify instance that `createHttpsServer` made. */
export const secureServer = (app: FastifyInstance): Server => app.server as Server;

/** The Fastify instance for everything on the origin. */
export function createHttpsServer(material: { certPem: string; keyPem: string }): FastifyInstance {
  const app = fastify({
    // Our own code refuses a request without a Host header.
    https: { cert: material.certPem, key: material.keyPem, requireHostHeader: false },
    bodyLimit: maxBodyBytes,
    // The handlers log requests, without the secrets in their URLs.
    logger: false,
    forceCloseConnections: "idle",
    keepAliveTimeout: 72_000,
    requestTimeout: 60_000,
    ...httpRouting,
  });
  refuseOddRequests(app.server);
  discardUnreadBodies(app, maxBodyBytes);
  return app;
}

/** Stops accepting connections, lets requests in progress finish, and closes the connections that are left. */
export function closing(app: FastifyInstance): Closable {
  return {
    async close() {
      const cut = setTimeout(() => secureServer(app).closeAllConnections(), drainMs);
      try {
        await app.close();
      } finally {
        clearTimeout(cut);
      }
    },
  };
}

/** The port that the server listens on; undefined before `listen`. */
export function listeningPort(app: FastifyInstance): number | undefined {
  const address = app.server.address();
  return address === null || typeof address === "string" ? undefined : address.port;
}

/** Listens. Resolves to the port. */
export async function listen(app: FastifyInstance, { host, port }: { host: string; port: number }): Promise<number> {
  await app.listen({ host, port });
  const taken = listeningPort(app);
  if (taken === undefined) throw new Error("The server has no port.");
  return taken;
}

/** A path that is ARM's. */
const armPath = "/subscriptions";

/** The options of any Fastify instance that ARM is on. Paths match in any case. */
export const httpRouting = {
  routerOptions: { caseSensitive: false, maxParamLength: 4_096, ignoreDuplicateSlashes: true },
  clientErrorHandler: refuseUnreadable,
  // Each handler itself responds 503 while the server stops.
  return503OnClosing: false,
  // ARM refuses a URL that cannot be decoded; Fastify would refuse it with text of its own.
  rewriteUrl: ({ url = "/" }) => (isDecodable(url) ? originForm(url) : armPath),
} as const satisfies FastifyServerOptions;

function isDecodable(url: string): boolean {
  if (!url.includes("%")) return true;
  try {
    decodeURI(url.split("?", 1)[0] ?? "");
    return true;
  } catch {
    return false;
  }
}
