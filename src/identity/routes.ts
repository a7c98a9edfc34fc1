import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Authority } from "./authority.ts";
import { addDiscoveryRoutes } from "./discovery/discovery.ts";
import { clientFault, logRequests, traceOf } from "./endpoint.ts";
import { addAuthorizeRoutes } from "./flows/authorize.ts";
import { addDeviceRoutes } from "./flows/device.ts";
import { addTokenRoutes } from "./flows/token-endpoint.ts";
import { OAuthError, renderOAuthError } from "./oauth-error.ts";
import { readForms } from "./parameters.ts";

/** Adds the routes of the authority and of cloud metadata to a Fastify instance. */
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

/** Sends a refusal as JSON. Any other error is logged and sent as a 500 without details. */
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
