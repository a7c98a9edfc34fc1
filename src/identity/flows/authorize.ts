import type { FastifyInstance } from "fastify";
import type { Authority } from "../authority.ts";
import { browserHandler } from "../pages/browser-handler.ts";
import type { BrowserStep } from "../pages/browser-handler.ts";
import { endpointFor, endpointOf, issuingOriginOf, traceOf } from "../endpoint.ts";
import type { Endpoint } from "../endpoint.ts";
import { formOf, formOfOurPage } from "../form.ts";
import type { BrowserAnswer, Page } from "../pages/html.ts";
import { OAuthError, describeOAuthError } from "../oauth-error.ts";
import type { Trace } from "../oauth-error.ts";
import { isPasswordRefusal } from "../principals/passwords.ts";
import { parseParameters, queryParameters, required } from "../parameters.ts";
import type { Parameters } from "../parameters.ts";
import { formActionSource } from "./destination.ts";
import type { EndpointVersion } from "../tokens/requested-access.ts";
import { openTicket, sealTicket } from "../pages/tickets.ts";
import { usersOf } from "../principals/users.ts";
import { answerClient } from "./answer-client.ts";
import { readAuthorizeRequest, readDestination } from "./authorize-request.ts";
import type { Destination } from "./authorize-request.ts";
import { completeSignIn } from "./complete-sign-in.ts";
import { chosenUser } from "../pages/chosen-user.ts";
import { signInPage } from "../pages/sign-in-page.ts";

/** What the sign-in page is for: nothing of it is trusted before it is read again, with the same checks. */
interface Asked {
  readonly endpoint: Endpoint;
  readonly parameters: Parameters;
}

const signInPath = "/signin";

/** The endpoints that a browser comes to: the authorization endpoint, and where its page sends the choice. */
export function addAuthorizeRoutes(scope: FastifyInstance, authority: Authority): void {
  // OpenID Connect Core §3.1.2.1: the request may come as a query or as a form.
  const method = ["GET", "POST"];
  const ask = (version: EndpointVersion) => browserHandler(authority, askToSignIn(version));
  scope.route({ method, url: "/:tenant/oauth2/authorize", handler: ask("1.0") });
  scope.route({ method, url: "/:tenant/oauth2/v2.0/authorize", handler: ask("2.0") });
  scope.post(signInPath, browserHandler(authority, takeChoice));
}

const askToSignIn =
  (version: EndpointVersion): BrowserStep =>
  async (authority, request) => {
    const parameters = request.method === "POST" ? formOf(request) : queryParameters(request.url);
    issuingOriginOf(authority, request);
    const endpoint = endpointOf(request, version);
    const destination = readDestination(parameters, authority.redirectUris);
    return await atDestination(destination, traceOf(request, authority.clock), async () => {
      const { loginHint } = readAuthorizeRequest(parameters, version);
      return await pageFor(authority, { asked: { endpoint, parameters }, destination, user: loginHint });
    });
  };

async function pageFor(
  authority: Authority,
  page: { asked: Asked; destination: Destination; user: string | undefined; fault?: string },
): Promise<Page> {
  const { asked, destination, user, fault } = page;
  return signInPage({
    users: usersOf(authority.directory, asked.endpoint.tenant.tenantId),
    user,
    fault,
    asksForPassword: authority.isStrict,
    clientId: destination.clientId,
    ticket: await sealAsked(authority, asked),
    action: signInPath,
    leadsTo: [formActionSource(destination.url)],
  });
}

const takeChoice: BrowserStep = async (authority, request) => {
  const form = formOfOurPage(request);
  const asked = await openAsked(authority, issuingOriginOf(authority, request), required(form, "ticket"));
  const { endpoint, parameters } = asked;
  const destination = readDestination(parameters, authority.redirectUris);
  return await atDestination(destination, traceOf(request, authority.clock), async () => {
    if (form.get("decision") === "decline") throw new OAuthError("declined");
    const wanted = readAuthorizeRequest(parameters, endpoint.version);
    try {
      const principal = await chosenUser(authority, form, endpoint.tenant.tenantId);
      const signIn = { endpoint, destination, request: wanted, principal };
      return answerClient(destination, await completeSignIn(authority, signIn));
    } catch (cause) {
      if (!isPasswordRefusal(cause)) throw cause;
      return await pageFor(authority, { asked, destination, user: form.get("user"), fault: cause.message });
    }
  });
};

/** Takes a step of which a refusal is told to the client, at its destination. */
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
