import { OAuthError } from "../oauth-error.ts";
import { required, type Parameters } from "../parameters.ts";
import { accessToResource, defaultResource, findRequestedAccess, requestedAccess } from "../tokens/requested-access.ts";
import type { EndpointVersion, RequestedAccess } from "../tokens/requested-access.ts";
import { checkResponseMode } from "./destination.ts";

/** What a client asks for at the authorization endpoint. */
export interface AuthorizeRequest {
  readonly responseTypes: ReadonlySet<string>;
  readonly access: RequestedAccess;
  readonly codeChallenge: string | null;
  readonly nonce: string | null;
  readonly loginHint: string | undefined;
  readonly wantsClientInfo: boolean;
}

/** Reads everything except the destination. A refusal is sent to the client, at its destination. */
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

/** In any order. `code token` is the one combination that Entra does not support. */
function readResponseTypes(parameters: Parameters): ReadonlySet<string> {
  const asked = required(parameters, "response_type");
  const types = new Set(asked.split(" ").filter((type) => type !== ""));
  const known = types.size > 0 && [...types].every((type) => knownTypes.has(type));
  if (!known || (types.has("code") && types.has("token") && !types.has("id_token"))) {
    throw new OAuthError("unsupportedResponseType", asked);
  }
  return types;
}

/** v1 sign-ins that name no resource are for Resource Manager: Microsoft's own API descriptions make such ones. */
function readAccess(parameters: Parameters, version: EndpointVersion): RequestedAccess {
  if (version === "2.0") return requestedAccess(parameters, version);
  return findRequestedAccess(parameters, version) ?? accessToResource(defaultResource);
}

/** RFC 7636 §4.3: a challenge without a method would mean `plain`, which protects nothing. */
function readChallenge(parameters: Parameters): string | null {
  const challenge = parameters.get("code_challenge");
  const method = parameters.get("code_challenge_method");
  if (challenge === undefined && method === undefined) return null;
  if (challenge === undefined || method !== "S256" || !/^[\w-]{43}$/.test(challenge))
    throw new OAuthError("badChallenge");
  return challenge;
}
