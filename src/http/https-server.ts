import type { Server } from "node:https";
import { fastify } from "fastify";
import type { FastifyInstance } from "fastify";
import { refuseOddRequests } from "./refusals.ts";
import { httpRouting } from "./routing.ts";
import { receiveRests } from "../kernel/upload.ts";
import type { Closable } from "../kernel/shutdown.ts";

/** How long what is in flight may take when the server stops, before its connections are cut. */
const drainMs = 3_000;

/** The largest body outside Resource Manager: forms, and what commands send. */
const maxBodyBytes = 64 * 1024;

/** The TLS server below a Fastify instance that `createHttpsServer` made. */
export const secureServer = (app: FastifyInstance): Server => app.server as Server;

/** One Fastify instance for everything that is on the origin. */
export function createHttpsServer(material: { certPem: string; keyPem: string }): FastifyInstance {
  const app = fastify({
    // A request without a Host header is refused where hosts are read.
    https: { cert: material.certPem, key: material.keyPem, requireHostHeader: false },
    bodyLimit: maxBodyBytes,
    // Requests are logged where they are understood, without secrets in their URLs.
    logger: false,
    forceCloseConnections: "idle",
    keepAliveTimeout: 72_000,
    requestTimeout: 60_000,
    ...httpRouting,
  });
  refuseOddRequests(app.server);
  receiveRests(app, maxBodyBytes);
  return app;
}

/** Stops accepting, lets what is in flight finish, and cuts what has not finished in time. */
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

/** The port that is listened on; undefined while there is none. */
export function listeningPort(app: FastifyInstance): number | undefined {
  const address = app.server.address();
  return address === null || typeof address === "string" ? undefined : address.port;
}

/** Listens, and answers the port that was taken. */
export async function listen(app: FastifyInstance, { host, port }: { host: string; port: number }): Promise<number> {
  await app.listen({ host, port });
  const taken = listeningPort(app);
  if (taken === undefined) throw new Error("The server has no port.");
  return taken;
}
