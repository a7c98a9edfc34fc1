import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { newUuid } from "../../kernel/ids.ts";
import type { Log } from "../../kernel/log.ts";
import { originForm, discardUnreadBodies } from "../../kernel/http-request.ts";
import type { Principal } from "../../store/principals.ts";
import type { Authority } from "../authority.ts";
import { isPlainHost, logRequests } from "../endpoint.ts";
import { identityLimits, lifetimes } from "../limits.ts";
import { OAuthError } from "../oauth-error.ts";
import { queryParameters, type Parameters } from "../parameters.ts";
import { defaultTenantId, managedIdentity, type IdentitySelector } from "../principals/local-principals.ts";
import { hashSecret } from "../principals/secrets.ts";
import { isLoopbackHost } from "../tokens/audiences.ts";
import { accessToResource } from "../tokens/requested-access.ts";
import { signAccessToken } from "../tokens/sign.ts";

interface ManagedIdentityOptions {
  readonly authority: Authority;
  readonly log: Log;
  /** The value of X-IDENTITY-HEADER that App Service clients must send; any value, without this. */
  readonly identityHeader?: string;
}

/** The Fastify instance that serves managed identities' tokens over plain http on loopback, as IMDS and as App Service. */
export function buildManagedIdentity({ authority, log, identityHeader }: ManagedIdentityOptions): FastifyInstance {
  const app = fastify({
    forceCloseConnections: "idle",
    // @azure/identity sends a slash at the end, others do not.
    routerOptions: { caseSensitive: false, ignoreTrailingSlash: true },
    rewriteUrl: ({ url = "/" }) => originForm(url),
  });
  discardUnreadBodies(app, identityLimits.maxFormBytes);
  logRequests(app, log);
  app.setNotFoundHandler(() => {
    throw new IdentityRefusal("imds", "not_found", "The requested path is not served", 404);
  });
  app.setErrorHandler((cause, _request, reply) => refuse(log, cause, reply));
  // The second path is the one of App Service.
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
 * The managed identity that is asked for. A request adds it to the directory, except under a strict authority, where it
 * must have been added. An object id of a user or application is refused.
 */
async function findIdentity(
  { directory, isStrict }: Authority,
  { form, selector }: IdentityRequest,
): Promise<Principal> {
  const wanted = managedIdentity(defaultTenantId, selector);
  const known = isStrict ? wanted && directory.find(wanted.objectId) : wanted && (await directory.ensure(wanted));
  if (known?.kind === "ManagedIdentity") return known;
  const message = `Identity not found: no managed identity ${isStrict ? "was added that" : "has the object id that"} was asked for`;
  throw new IdentityRefusal(form, "invalid_request", message);
}

/** The two services that issue managed identities' tokens; the api-version says which one is meant. */
type IdentityForm = "imds" | "appService";

const forms: ReadonlyMap<string, IdentityForm> = new Map([
  ["2018-02-01", "imds"],
  ["2019-08-01", "appService"],
]);

/** A refusal, in the form of the service that was called. */
class IdentityRefusal extends Error {
  override readonly name = "IdentityRefusal";
  readonly form: IdentityForm;
  readonly status: 400 | 401 | 404;
  readonly code: string;

  constructor(form: IdentityForm, code: string, message: string, status: 400 | 401 | 404 = 400) {
    super(message);
    this.form = form;
    this.status = status;
    this.code = code;
  }
}

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

interface IdentityRequest {
  readonly form: IdentityForm;
  readonly resource: string;
  readonly selector: IdentitySelector;
}

/**
 * Reads a request. Refuses what a program that can be made to fetch URLs, or a page on a name that was rebound to
 * loopback, could send.
 */
function readIdentityRequest(request: FastifyRequest, expectedHeader: string | undefined): IdentityRequest {
  const form = readForm(request);
  if (form === "imds") checkMetadataHeader(request);
  else checkIdentityHeader(request, expectedHeader);
  checkHost(request, form);
  const parameters = readParameters(request, form);
  return { form, resource: readResource(parameters, form), selector: readSelector(parameters) };
}

function readForm(request: FastifyRequest): IdentityForm {
  const fallback = request.headers["x-identity-header"] === undefined ? "imds" : "appService";
  const version = readParameters(request, fallback).get("api-version");
  const form = forms.get(version ?? "");
  if (form !== undefined) return form;
  const message =
    version === undefined
      ? "Required query variable 'api-version' is missing"
      : `The api-version '${version}' is invalid. The supported versions are '${[...forms.keys()].join(",")}'`;
  throw new IdentityRefusal(fallback, "bad_request", message);
}

function readParameters(request: FastifyRequest, form: IdentityForm): Parameters {
  try {
    return queryParameters(request.url);
  } catch (cause) {
    if (!(cause instanceof OAuthError)) throw cause;
    throw new IdentityRefusal(form, "bad_request", cause.message);
  }
}

/** A redirected or forwarded request does not have this header. */
function checkMetadataHeader({ headers }: FastifyRequest): void {
  const metadata = headers["metadata"];
  if (typeof metadata === "string" && metadata.toLowerCase() === "true" && headers["x-forwarded-for"] === undefined)
    return;
  const message =
    headers["x-forwarded-for"] === undefined
      ? "Required metadata header not specified"
      : "Requests that were forwarded (X-Forwarded-For) are not answered";
  throw new IdentityRefusal("imds", "bad_request_102", message);
}

function checkIdentityHeader({ headers }: FastifyRequest, expected: string | undefined): void {
  const sent = headers["x-identity-header"];
  const isThere = typeof sent === "string" && sent !== "";
  // The hashes are compared, so that the time does not depend on the value.
  if (isThere && (expected === undefined || hashSecret(sent) === hashSecret(expected))) return;
  const message = "The X-IDENTITY-HEADER header is missing or is not the value of IDENTITY_HEADER.";
  throw new IdentityRefusal("appService", "Unauthorized", message, 401);
}

/** The address of the service on virtual machines. */
const linkLocalHost = "169.254.169.254";

/** Plain http has no certificate, so a page on a name that was rebound to loopback is recognized by its Host header. */
function checkHost({ host }: FastifyRequest, form: IdentityForm): void {
  const hostname = isPlainHost(host) ? new URL(`http://${host}/`).hostname : "";
  if (isLoopbackHost(hostname) || hostname === linkLocalHost) return;
  throw new IdentityRefusal(form, "bad_request", "The Host header names another machine");
}

function readResource(parameters: Parameters, form: IdentityForm): string {
  const resource = parameters.get("resource");
  if (resource === undefined) {
    throw new IdentityRefusal(form, "invalid_request", "Required query variable 'resource' is missing");
  }
  try {
    return accessToResource(resource).resource;
  } catch (cause) {
    if (!(cause instanceof OAuthError)) throw cause;
    throw new IdentityRefusal(form, cause.error, cause.message);
  }
}

/** Clients spell these differently: `object_id` is App Service's `principal_id`, `mi_res_id` also `msi_res_id`. */
function readSelector(parameters: Parameters): IdentitySelector {
  const clientId = parameters.get("client_id");
  const objectId = parameters.get("object_id") ?? parameters.get("principal_id");
  const resourceId = parameters.get("mi_res_id") ?? parameters.get("msi_res_id");
  return {
    ...(clientId === undefined ? {} : { clientId }),
    ...(objectId === undefined ? {} : { objectId }),
    ...(resourceId === undefined ? {} : { resourceId }),
  };
}
