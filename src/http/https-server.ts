import type { Server as HttpServer } from "node:http";
import { createServer, type Server } from "node:https";
import type { Closable } from "../kernel/shutdown.ts";
import { refuseOddRequests, refuseUnreadable } from "./refusals.ts";

/** How long requests in progress may take when the server stops, before their connections are closed. */
const drainMs = 3_000;

/** The HTTPS server, without listeners for requests. */
export function createHttpsServer({ certPem: cert, keyPem: key }: { certPem: string; keyPem: string }): Server {
  const server = createServer({
    cert,
    key,
    // Our own code refuses a request without a Host header.
    requireHostHeader: false,
    keepAliveTimeout: keepAliveMs,
    requestTimeout: 60_000,
  });
  server.on("clientError", refuseUnreadable);
  refuseOddRequests(server);
  return server;
}

/** How long a connection without requests stays open. */
export const keepAliveMs = 72_000;

/**
 * Stops accepting connections, lets requests in progress finish, and closes the connections that are left. `parts` are
 * closed first: they answer the requests that still arrive.
 */
export function closing(server: HttpServer | Server, parts: readonly Closable[]): Closable {
  return {
    async close() {
      const cut = setTimeout(() => server.closeAllConnections(), drainMs);
      try {
        for (const part of parts) await part.close();
        await new Promise<void>((resolve) => server.close(() => resolve()));
      } finally {
        clearTimeout(cut);
      }
    },
  };
}

/** The port that a server listens on; undefined before `listen`. */
export function listeningPort(server: HttpServer | Server): number | undefined {
  const address = server.address();
  return address === null || typeof address === "string" ? undefined : address.port;
}

/** Listens. Resolves to the port. */
export async function listen(
  server: HttpServer | Server,
  { host, port }: { host: string; port: number },
): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const taken = listeningPort(server);
  if (taken === undefined) throw new Error("The server has no port.");
  return taken;
}
