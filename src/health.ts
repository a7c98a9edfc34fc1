import type { FastifyInstance } from "fastify";
import { findResource } from "./store/resources.ts";
import type { Store } from "./store/store.ts";

/** `/healthz`: the process answers. `/readyz`: it can serve too, which takes a store that answers. */
export function registerHealth(app: FastifyInstance, { store }: { store: Store }): void {
  app.get("/healthz", async () => ({ status: "ok" }));
  app.get("/readyz", async (_request, reply) => {
    try {
      await findResource(store, "/");
      return { status: "ready" };
    } catch {
      return reply.code(503).send({ status: "unavailable", reason: "The store does not answer." });
    }
  });
}
