import type { FastifyInstance } from "fastify";
import type { Log } from "../kernel/log.ts";
import { pathOfTarget } from "../kernel/request-target.ts";

/** Has a line logged for every request to a Fastify instance, without what may be secret; none, and at no cost, above debug. */
export function logRequests(app: FastifyInstance, log: Log): void {
  if (!log.isLevelEnabled("debug")) return;
  app.addHook("onResponse", async ({ method, url }, { statusCode: status, elapsedTime }) => {
    log.debug({ method, path: pathOfTarget(url), status, ms: Math.round(elapsedTime) }, "Answered.");
  });
}
