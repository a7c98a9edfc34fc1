import { errorCodes, type FastifyInstance } from "fastify";
import type { Arm } from "./server.ts";

/** Registers ARM on a Fastify instance, for every path without another route. */
export async function registerArm(app: FastifyInstance, { answer, close }: Arm): Promise<void> {
  await app.register(async (arm) => {
    arm.addHook("preClose", close);
    // The pipeline reads bodies.
    arm.removeAllContentTypeParsers();
    arm.addContentTypeParser("*", (_request, _payload, done) => done(null));
    arm.all("/*", (request, reply) => answer(request.raw, reply.hijack().raw));
    // The pipeline refuses methods that Fastify does not know, and media types that it cannot read.
    arm.setNotFoundHandler((request, reply) => answer(request.raw, reply.hijack().raw));
    arm.setErrorHandler((cause, request, reply) => {
      if (!isUnread(cause)) throw cause;
      return answer(request.raw, reply.hijack().raw);
    });
  });
}

/** Whether Fastify refused a request by its headers, before any of our code saw it. */
const isUnread = (cause: unknown): boolean =>
  cause instanceof errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE ||
  cause instanceof errorCodes.FST_ERR_ROUTE_MISSING_CONTENT_TYPE;
