import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Authority } from "./authority.ts";
import { addAuthorizeRoutes } from "./flows/authorize.ts";
import { addDeviceRoutes } from "./flows/device-routes.ts";
import { addDiscoveryRoutes } from "./discovery/discovery-routes.ts";
import { traceOf } from "./endpoint.ts";
import { readForms } from "./form.ts";
import { logRequests } from "./log-requests.ts";
import { OAuthError, renderOAuthError } from "./oauth-error.ts";
import { addTokenRoutes } from "./flows/token-endpoint.ts";

/** Puts the authority and cloud metadata on a Fastify instance, beside whatever else is there. */
export async function registerAuthority(app: FastifyInstance, authority: Authority): Promise<void> {
  await app.register(async (scope) => {
    readForms(scope);
    logRequests(scope, authority.log);
    scope.setErrorHandler((cause, request, reply) => refuse(authority, cause, { request, reply }));
    let isStopping = false;
    scope.addHook("preClose", async () => void (isStopping = true));
    scope.addHook("onRequest", async (_request, reply) => {
      reply.headers({
        "cache-control": "no-store",
        pragma: "no-cache",
        "x-content-type-options": "nosniff",
      });
      if (isStopping) throw new OAuthError("stopping");
    });
    addTokenRoutes(scope, authority);
    addAuthorizeRoutes(scope, authority);
    addDeviceRoutes(scope, authority);
    await scope.register(async (open) => addDiscoveryRoutes(open, authority));
  });
}

/** Answers a refusal as JSON; what is no refusal is logged, and the client learns nothing of it. */
function refuse(
  authority: Authority,
  cause: unknown,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): FastifyReply {
  const trace = traceOf(request, authority.clock);
  if (cause instanceof OAuthError) return reply.code(cause.status).send(renderOAuthError(cause, trace));
  const status = clientFault(cause);
  if (status !== undefined) {
    const refusal = new OAuthError("badParameter", status === 413 ? "the form is too large" : "the body is not a form");
    return reply.code(status).send(renderOAuthError(refusal, trace));
  }
  authority.log.error(
    { err: cause, correlationId: trace.correlationId },
    "A request to the authority failed unexpectedly.",
  );
  return reply
    .code(500)
    .send({ error: "server_error", error_description: "The authority encountered an internal error." });
}

/** The 4xx that Fastify itself gave, for a body that is too long or of another media type. */
const clientFault = (cause: unknown): number | undefined => {
  const status = cause instanceof Error && "statusCode" in cause ? cause.statusCode : undefined;
  return typeof status === "number" && status >= 400 && status < 500 ? status : undefined;
};
