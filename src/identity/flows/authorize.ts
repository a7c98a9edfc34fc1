import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Principal } from "../../store/principals.ts";
import type { Authority } from "../authority.ts";
import { endpointFor, endpointOf, idTokenIssuer, issuingOriginOf, traceOf, type Endpoint } from "../endpoint.ts";
import { OAuthError, describeOAuthError, type Trace } from "../oauth-error.ts";
import { browserHandler, formOfOurPage, type BrowserAnswer, type Page } from "../pages/html.ts";
import { chosenUser, signInPage } from "../pages/sign-in-pages.ts";
import { openTicket, sealTicket } from "../pages/tickets.ts";
import { formOf, parseParameters, queryParameters, required, type Parameters } from "../parameters.ts";
import { isPasswordRefusal } from "../principals/passwords.ts";
import { grantedScope, scopeNames, type EndpointVersion } from "../tokens/requested-access.ts";
import { signAccessToken, signIdToken } from "../tokens/sign.ts";
import { issueCode } from "./authorization-code.ts";
import { readAuthorizeRequest, type AuthorizeRequest } from "./authorize-request.ts";
import { answerClient, formActionSource, readDestination, type Answer, type Destination } from "./destination.ts";
import { clientInfo } from "./token-answer.ts";

/** What the sign-in page is about. The page sends it back, and it is then read and checked again. */
interface Asked {
  readonly endpoint: Endpoint;
  readonly parameters: Parameters;
}

const signInPath = "/signin";

/** Adds the endpoints that a browser visits: the authorization endpoint, and the one to which its page sends the choice. */
export function addAuthorizeRoutes(scope: FastifyInstance, authority: Authority): void {
  // OpenID Connect Core §3.1.2.1: the request may be a query or a form.
  const method = ["GET", "POST"];
  const { clock } = authority;
  const ask = (version: EndpointVersion) =>
    browserHandler(clock, (request) => askToSignIn(authority, version, request));
  scope.route({ method, url: "/:tenant/oauth2/authorize", handler: ask("1.0") });
  scope.route({ method, url: "/:tenant/oauth2/v2.0/authorize", handler: ask("2.0") });
  scope.post(
    signInPath,
    browserHandler(clock, (request) => takeChoice(authority, request)),
  );
}

async function askToSignIn(
  authority: Authority,
  version: EndpointVersion,
  request: FastifyRequest,
): Promise<BrowserAnswer> {
  const parameters = request.method === "POST" ? formOf(request) : queryParameters(request.url);
  issuingOriginOf(authority.addresses, request);
  const endpoint = endpointOf(request, version);
  const destination = readDestination(parameters, authority.redirectUris);
  return await atDestination(destination, traceOf(request, authority.clock), async () => {
    const { loginHint } = readAuthorizeRequest(parameters, version);
    return await pageFor(authority, { asked: { endpoint, parameters }, destination, user: loginHint });
  });
}

async function pageFor(
  authority: Authority,
  page: { asked: Asked; destination: Destination; user: string | undefined; fault?: string },
): Promise<Page> {
  const { asked, destination, user, fault } = page;
  return signInPage({
    authority,
    tenantId: asked.endpoint.tenant.tenantId,
    user,
    fault,
    clientId: destination.clientId,
    ticket: await sealAsked(authority, asked),
    action: signInPath,
    leadsTo: [formActionSource(destination.url)],
  });
}

async function takeChoice(authority: Authority, request: FastifyRequest): Promise<BrowserAnswer> {
  const form = formOfOurPage(request);
  const origin = issuingOriginOf(authority.addresses, request);
  const asked = await openAsked(authority, origin, required(form, "ticket"));
  const { endpoint, parameters } = asked;
  const destination = readDestination(parameters, authority.redirectUris);
  return await atDestination(destination, traceOf(request, authority.clock), async () => {
    if (form.get("decision") === "decline") throw new OAuthError("declined");
    const wanted = readAuthorizeRequest(parameters, endpoint.version);
    try {
      const principal = await chosenUser(authority, form, endpoint.tenant.tenantId);
      const answer = await completeSignIn(authority, { endpoint, destination, request: wanted, principal });
      return answerClient(destination, answer);
    } catch (cause) {
      if (!isPasswordRefusal(cause)) throw cause;
      return await pageFor(authority, { asked, destination, user: form.get("user"), fault: cause.message });
    }
  });
}

/** Takes a step; its refusal is sent to the client, at its destination. */
async function atDestination(
  destination: Destination,
  trace: Trace,
  step: () => Promise<BrowserAnswer>,
): Promise<BrowserAnswer> {
  try {
    return await step();
  } catch (cause) {
    if (!(cause instanceof OAuthError)) throw cause;
    return answerClient(destination, [
      ["error", cause.error],
      ["error_description", describeOAuthError(cause, trace)],
    ]);
  }
}

const sealAsked = (authority: Authority, { endpoint, parameters }: Asked): Promise<string> =>
  sealTicket(authority, "sign-in", {
    tenant: endpoint.tenantSegment,
    version: endpoint.version,
    parameters: new URLSearchParams([...parameters]).toString(),
  });

async function openAsked(authority: Authority, origin: string, ticket: string): Promise<Asked> {
  const content = await openTicket(authority, "sign-in", ticket);
  const version = content.get("version") === "1.0" ? "1.0" : "2.0";
  const endpoint = endpointFor({ origin, tenantSegment: content.get("tenant") ?? "", version });
  return { endpoint, parameters: parseParameters(content.get("parameters") ?? "") };
}

interface SignIn {
  readonly endpoint: Endpoint;
  readonly destination: Destination;
  readonly request: AuthorizeRequest;
  readonly principal: Principal;
}

/** Signs a user in and returns what the client asked for: a code, tokens or both. */
async function completeSignIn(authority: Authority, signIn: SignIn): Promise<Answer> {
  const { request, principal } = signIn;
  const code = request.responseTypes.has("code") ? await codeFor(authority, signIn) : undefined;
  const accessToken = request.responseTypes.has("token") ? await accessTokenFor(authority, signIn) : undefined;
  const bound = { code, accessToken: accessToken?.token };
  const idToken = request.responseTypes.has("id_token") ? await idTokenFor(authority, signIn, bound) : undefined;
  return [
    ...(code === undefined ? [] : [["code", code] as const]),
    ...(accessToken?.answer ?? []),
    ...(idToken === undefined ? [] : [["id_token", idToken] as const]),
    ...(request.wantsClientInfo ? [["client_info", clientInfo(principal)] as const] : []),
  ];
}

async function codeFor(authority: Authority, { destination, request, principal }: SignIn): Promise<string> {
  const { clientId, redirectUri } = destination;
  const { access, codeChallenge, nonce } = request;
  const { tenantId, objectId } = principal;
  const proof = await authority.passwords?.proofOf(principal);
  return await issueCode(authority, {
    clientId,
    redirectUri,
    access,
    codeChallenge,
    nonce,
    tenantId,
    objectId,
    proof,
  });
}

/** The implicit flow (RFC 6749 §4.2.2). */
async function accessTokenFor(
  authority: Authority,
  { endpoint, destination, request: { access }, principal }: SignIn,
): Promise<{ token: string; answer: Answer }> {
  const { token, expiresOn, notBefore } = await signAccessToken(authority, {
    principal: await authority.directory.ensure(principal),
    clientId: destination.clientId,
    authentication: "public",
    audience: access.resource,
    scope: scopeNames(access),
  });
  const answer = [
    ["access_token", token],
    ["token_type", "Bearer"],
    ["expires_in", String(expiresOn - notBefore)],
    ["scope", grantedScope(access, endpoint.version)],
  ] as const;
  return { token, answer };
}

/** The implicit and hybrid flows (OpenID Connect Core §3.2.2.5, §3.3.2.5). */
const idTokenFor = (
  authority: Authority,
  { endpoint, destination, request, principal }: SignIn,
  bound: { code: string | undefined; accessToken: string | undefined },
): Promise<string> =>
  signIdToken(authority, {
    principal,
    clientId: destination.clientId,
    version: endpoint.version,
    issuer: idTokenIssuer(endpoint, principal.tenantId),
    nonce: request.nonce ?? undefined,
    ...bound,
  });
