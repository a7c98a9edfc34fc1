import type { Server } from "node:https";
import { fastify } from "fastify";
import type { FastifyInstance } from "fastify";
import { refuseOddRequests } from "./refusals.ts";
import { httpRouting } from "./routing.ts";
import { discardUnreadBodies } from "../kernel/http-request.ts";
import type { Closable } from "../kernel/shutdown.ts";

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
