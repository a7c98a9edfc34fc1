import type { FastifyInstance } from "fastify";
import type { RequestListener, Server } from "node:http";
import type { Duplex } from "node:stream";
import type { Log } from "../kernel/log.ts";
import type { Closable } from "../kernel/shutdown.ts";

/**
 * A Fastify instance that is made when a server receives the first request for it: loading Fastify and its routes takes
 * 50 ms and 15 MB, and most servers of tests never need it.
 */
export class LateApp implements Closable {
  readonly #make: () => Promise<FastifyInstance>;
  readonly #log: Log;
  #loading: Promise<FastifyInstance> | undefined;
  #ready: FastifyInstance | undefined;
  #isStopping = false;

  /** `make` loads, too. When it fails, the failure is logged, the request answered with 500, and the next one tries again. */
  constructor({ make, log }: { make: () => Promise<FastifyInstance>; log: Log }) {
    this.#make = make;
    this.#log = log;
  }

  /** Takes the requests of a server. */
  serve(server: Server): void {
    server.on("request", this.#listener);
  }

  /** Has what a server cannot parse refused as Fastify does it. */
  refuseUnreadable(server: Server): void {
    server.on("clientError", (cause: Error, socket: Duplex) => {
      void this.#load().then(
        // The instance's own server has Fastify's listener, and never listens.
        (app) => void app.server.emit("clientError", cause, socket),
        () => void socket.destroy(),
      );
    });
  }

  readonly #listener: RequestListener = (request, response) => {
    if (this.#ready === undefined) void this.#serveLater(request, response);
    else this.#ready.routing(request, response);
  };

  async #serveLater(...[request, response]: Parameters<RequestListener>): Promise<void> {
    const app = await this.#load().catch(() => undefined);
    if (response.destroyed) return;
    if (app !== undefined) return app.routing(request, response);
    response.writeHead(500, { "content-type": "application/json; charset=utf-8", connection: "close" });
    response.end(JSON.stringify({ error: { code: "InternalServerError", message: "The request failed." } }));
  }

  #load(): Promise<FastifyInstance> {
    return (this.#loading ??= this.#begin());
  }

  async #begin(): Promise<FastifyInstance> {
    try {
      const app = await this.#make();
      await app.ready();
      // Its handlers respond that the server stops.
      if (this.#isStopping) await app.close();
      return (this.#ready = app);
    } catch (cause) {
      this.#loading = undefined;
      this.#log.error({ err: cause }, "A part of the server could not be loaded.");
      throw cause;
    }
  }

  /** From now on, requests are answered that the server stops. Resolves when the instance is closed, if there is one. */
  async close(): Promise<void> {
    this.#isStopping = true;
    await this.#ready?.close();
  }
}
