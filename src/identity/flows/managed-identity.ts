import { fastify } from "fastify";
import type { FastifyInstance, FastifyReply } from "fastify";
import { newUuid } from "../../kernel/ids.ts";
import type { Log } from "../../kernel/log.ts";
import { originForm } from "../../kernel/request-target.ts";
import { receiveRests } from "../../kernel/upload.ts";
import type { Closable } from "../../kernel/shutdown.ts";
import type { Principal } from "../../store/principals.ts";
import type { Authority } from "../authority.ts";
import { identityLimits, lifetimes } from "../limits.ts";
import { logRequests } from "../log-requests.ts";
import { managedIdentity } from "../principals/local-principals.ts";
import { IdentityRefusal, readIdentityRequest } from "./identity-request.ts";
import type { IdentityRequest } from "./identity-request.ts";
import { defaultTenantId } from "../principals/tenants.ts";
import { signAccessToken } from "../tokens/sign.ts";

interface ManagedIdentityOptions {
  readonly authority: Authority;
  /** On 127.0.0.1; 0 takes any free one. */
  readonly port: number;
  readonly log: Log;
  /** What App Service clients have to send as X-IDENTITY-HEADER; anything, without this. */
  readonly identityHeader?: string;
}

/** Serves managed identities' tokens over plain http on loopback, as IMDS and as App Service. */
export async function startManagedIdentity(
  options: ManagedIdentityOptions,
): Promise<Closable & { readonly url: string }> {
  const app = buildManagedIdentity(options);
  const url = await app.listen({ host: "127.0.0.1", port: options.port });
  return { url, close: () => app.close().then(() => undefined) };
}

/** The Fastify instance, not yet listening. */
export function buildManagedIdentity({ authority, log, identityHeader }: ManagedIdentityOptions): FastifyInstance {
  const app = fastify({
    forceCloseConnections: "idle",
    // @azure/identity asks with a slash at the end, others without.
    routerOptions: { caseSensitive: false, ignoreTrailingSlash: true },
    rewriteUrl: ({ url = "/" }) => originForm(url),
  });
  receiveRests(app, identityLimits.maxFormBytes);
  logRequests(app, log);
  app.setNotFoundHandler(() => {
    throw new IdentityRefusal({
      form: "imds",
      status: 404,
      code: "not_found",
      message: "The requested path is not served",
    });
  });
  app.setErrorHandler((cause, _request, reply) => refuse(log, cause, reply));
  // The second path is where App Service itself has it.
  for (const path of ["/metadata/identity/oauth2/token", "/msi/token"]) {
    app.get(path, (request) => answerToken(authority, readIdentityRequest(request, identityHeader)));
  }
  return app;
}

async function answerToken(authority: Authority, request: IdentityRequest): Promise<object> {
  const principal = await findIdentity(authority, request);
  const { token, notBefore, expiresOn } = await signAccessToken(authority, {
    principal,
    clientId: principal.appId,
    authentication: "assertion",
    audience: request.resource,
    scope: "",
    lifetimeSeconds: lifetimes.managedIdentityTokenSeconds,
  });
  const seconds = String(expiresOn - notBefore);
  return {
    access_token: token,
    client_id: principal.appId,
    expires_in: seconds,
    expires_on: String(expiresOn),
    ext_expires_in: seconds,
    not_before: String(notBefore),
    resource: request.resource,
    token_type: "Bearer",
  };
}

/**
 * The identity that is asked for, which exists by being used, or under a strict authority by having been added; users and
 * applications are not handed out here.
 */
async function findIdentity(authority: Authority, { form, selector }: IdentityRequest): Promise<Principal> {
  const wanted = managedIdentity(defaultTenantId, selector);
  const principal = wanted && (await findOrEnsure(authority, wanted));
  if (principal?.kind === "ManagedIdentity") return principal;
  const message = `Identity not found: no managed identity ${authority.isStrict ? "was added that" : "has the object id that"} was asked for`;
  throw new IdentityRefusal({ form, code: "invalid_request", message });
}

const findOrEnsure = async ({ directory, isStrict }: Authority, wanted: Principal): Promise<Principal | undefined> =>
  isStrict ? directory.find(wanted.objectId) : await directory.ensure(wanted);

function refuse(log: Log, cause: unknown, reply: FastifyReply): FastifyReply {
  if (!(cause instanceof IdentityRefusal)) {
    log.error({ err: cause }, "A request for a managed identity's token failed unexpectedly.");
    return reply
      .code(500)
      .send({ error: "unknown", error_description: "Failed to retrieve token from the directory." });
  }
  const { form, status, code, message } = cause;
  if (form === "imds") return reply.code(status).send({ error: code, error_description: message });
  return reply.code(status).send({ statusCode: status, message, correlationId: newUuid() });
}
