import type { RedirectUris } from "./destination.ts";
import { OAuthError } from "../oauth-error.ts";
import { required } from "../parameters.ts";
import type { Parameters } from "../parameters.ts";
import { accessToResource, defaultResource, findRequestedAccess, requestedAccess } from "../tokens/requested-access.ts";
import type { EndpointVersion, RequestedAccess } from "../tokens/requested-access.ts";
import { checkClientId } from "./client.ts";

const responseModes = ["query", "fragment", "form_post"] as const;
export type ResponseMode = (typeof responseModes)[number];

/** Where an answer goes, good or bad. */
export interface Destination {
  readonly clientId: string;
  /** As the client sent it, to be compared when the code comes back. */
  readonly redirectUri: string;
  readonly url: URL;
  readonly mode: ResponseMode;
  readonly state: string | undefined;
}

/** What a client asks the person to allow. */
export interface AuthorizeRequest {
  readonly responseTypes: ReadonlySet<string>;
  readonly access: RequestedAccess;
  readonly codeChallenge: string | null;
  readonly nonce: string | null;
  readonly loginHint: string | undefined;
  readonly wantsClientInfo: boolean;
}

/** Reads where to answer. What it throws is for a page, never for a redirect: the destination cannot be trusted yet. */
export function readDestination(parameters: Parameters, redirectUris: RedirectUris): Destination {
  const clientId = checkClientId(parameters.get("client_id"));
  const redirectUri = required(parameters, "redirect_uri");
  return {
    clientId,
    redirectUri,
    url: redirectUris.check(redirectUri),
    mode: answerMode(parameters),
    state: parameters.get("state"),
  };
}

/** The mode asked for where it is one and keeps tokens out of queries, else the response type's own. */
function answerMode(parameters: Parameters): ResponseMode {
  const asked = responseModes.find((mode) => mode === parameters.get("response_mode"));
  const usual = givesTokens(parameters) ? "fragment" : "query";
  return asked === undefined || (asked === "query" && givesTokens(parameters)) ? usual : asked;
}

const givesTokens = (parameters: Parameters): boolean => parameters.get("response_type")?.includes("token") === true;

/** Reads the rest; what it throws is for the client, at its destination. */
export function readAuthorizeRequest(parameters: Parameters, version: EndpointVersion): AuthorizeRequest {
  const responseTypes = readResponseTypes(parameters);
  checkResponseMode(parameters);
  const nonce = parameters.get("nonce") ?? null;
  if (responseTypes.has("id_token") && nonce === null) throw new OAuthError("missingParameter", "nonce");
  if (parameters.get("prompt") === "none") throw new OAuthError("loginRequired");
  return {
    responseTypes,
    access: readAccess(parameters, version),
    codeChallenge: readChallenge(parameters),
    nonce,
    loginHint: parameters.get("login_hint"),
    wantsClientInfo: parameters.get("client_info") === "1",
  };
}

const knownTypes: ReadonlySet<string> = new Set(["code", "token", "id_token"]);

/** In any order; `code token` is the one combination that Entra does not have. */
function readResponseTypes(parameters: Parameters): ReadonlySet<string> {
  const asked = required(parameters, "response_type");
  const types = new Set(asked.split(" ").filter((type) => type !== ""));
  const known = types.size > 0 && [...types].every((type) => knownTypes.has(type));
  if (!known || (types.has("code") && types.has("token") && !types.has("id_token"))) {
    throw new OAuthError("unsupportedResponseType", asked);
  }
  return types;
}

function checkResponseMode(parameters: Parameters): void {
  const asked = parameters.get("response_mode");
  if (asked !== undefined && asked !== answerMode(parameters)) throw new OAuthError("unsupportedResponseMode", asked);
}

/** v1 sign-ins that name no resource are for Resource Manager: Microsoft's own API descriptions make such ones. */
function readAccess(parameters: Parameters, version: EndpointVersion): RequestedAccess {
  if (version === "2.0") return requestedAccess(parameters, version);
  return findRequestedAccess(parameters, version) ?? accessToResource(defaultResource);
}

/** RFC 7636 §4.3: no method would mean `plain`, which protects nothing. */
function readChallenge(parameters: Parameters): string | null {
  const challenge = parameters.get("code_challenge");
  const method = parameters.get("code_challenge_method");
  if (challenge === undefined && method === undefined) return null;
  if (challenge === undefined || method !== "S256" || !/^[\w-]{43}$/.test(challenge))
    throw new OAuthError("badChallenge");
  return challenge;
}
