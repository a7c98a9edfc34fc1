import type { Authority } from "../authority.ts";
import { idTokenIssuer } from "../endpoint.ts";
import type { Endpoint } from "../endpoint.ts";
import { giveCode } from "./authorization-code.ts";
import { grantedScope, scopeNames } from "../tokens/requested-access.ts";
import { clientInfo } from "./token-answer.ts";
import { signAccessToken, signIdToken } from "../tokens/sign.ts";
import type { Principal } from "../../store/principals.ts";
import type { AuthorizeRequest, Destination } from "./authorize-request.ts";
import type { Answer } from "./answer-client.ts";

/** A sign-in that a person has agreed to. */
export interface SignIn {
  readonly endpoint: Endpoint;
  readonly destination: Destination;
  readonly request: AuthorizeRequest;
  readonly principal: Principal;
}

/** Signs a user in, and answers what the client asked for: a code, tokens or both. */
export async function completeSignIn(authority: Authority, signIn: SignIn): Promise<Answer> {
  const { request, principal } = signIn;
  const code = request.responseTypes.has("code") ? await codeFor(authority, signIn) : undefined;
  const tokens = await tokensFor(authority, signIn, code);
  return [
    ...(code === undefined ? [] : [["code", code] as const]),
    ...tokens,
    ...(request.wantsClientInfo ? [["client_info", clientInfo(principal)] as const] : []),
  ];
}

async function codeFor(authority: Authority, { destination, request, principal }: SignIn): Promise<string> {
  const { clientId, redirectUri } = destination;
  const { access, codeChallenge, nonce } = request;
  const { tenantId, objectId } = principal;
  const proof = await authority.passwords?.proofOf(principal);
  const code = { clientId, redirectUri, access, codeChallenge, nonce, tenantId, objectId, proof };
  return await giveCode(authority, code);
}

/** The implicit flow (RFC 6749 §4.2.2, OpenID Connect Core §3.2.2.5). */
async function tokensFor(
  authority: Authority,
  { endpoint, destination, request, principal }: SignIn,
  code: string | undefined,
): Promise<Answer> {
  const { clientId } = destination;
  const { access, responseTypes } = request;
  const answer: [string, string][] = [];
  let accessToken: string | undefined;
  if (responseTypes.has("token")) {
    const noted = await authority.directory.ensure(principal);
    const subject = { principal: noted, clientId, authentication: "public" } as const;
    const scope = scopeNames(access);
    const signed = await signAccessToken(authority, { ...subject, audience: access.resource, scope });
    accessToken = signed.token;
    answer.push(["access_token", accessToken], ["token_type", "Bearer"]);
    answer.push(["expires_in", String(signed.expiresOn - signed.notBefore)]);
    answer.push(["scope", grantedScope(access, endpoint.version)]);
  }
  if (responseTypes.has("id_token")) {
    const { version } = endpoint;
    const issuer = idTokenIssuer(endpoint, principal.tenantId);
    const nonce = request.nonce ?? undefined;
    answer.push([
      "id_token",
      await signIdToken(authority, { principal, clientId, version, issuer, nonce, accessToken, code }),
    ]);
  }
  return answer;
}
