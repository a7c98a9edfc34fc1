import { errorCodes, type FastifyInstance } from "fastify";
import type { Arm } from "./server.ts";

/** Registers ARM on a Fastify instance, for every path without another route. */
export async function registerArm(app: FastifyInstance, arm: Arm): Promise<void> {
  await app.register(async (routes) => {
    routes.addHook("preClose", () => arm.close());
    // The pipeline reads bodies.
    routes.removeAllContentTypeParsers();
    routes.addContentTypeParser("*", (_request, _payload, done) => done(null));
    routes.all("/*", (request, reply) => arm.answer(request.raw, reply.hijack().raw));
    // The pipeline refuses methods that Fastify does not know, and media types that it cannot read.
    routes.setNotFoundHandler((request, reply) => arm.answer(request.raw, reply.hijack().raw));
    routes.setErrorHandler((cause, request, reply) => {
      if (!isUnread(cause)) throw cause;
      return arm.answer(request.raw, reply.hijack().raw);
    });
  });
}

/** Whether Fastify refused a request by its headers, before any of our code saw it. */
const isUnread = (cause: unknown): boolean =>
  cause instanceof errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE ||
  cause instanceof errorCodes.FST_ERR_ROUTE_MISSING_CONTENT_TYPE;
