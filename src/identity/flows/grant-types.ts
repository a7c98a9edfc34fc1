import { createHash } from "node:crypto";
import type { Principal } from "../../store/principals.ts";
import { redeemCode } from "./authorization-code.ts";
import type { CodeDocument } from "./authorization-code.ts";
import { redeemDeviceCode } from "./device.ts";
import { exchangeRefreshToken, startFamily } from "./grants.ts";
import { servicePrincipal } from "../principals/local-principals.ts";
import { OAuthError } from "../oauth-error.ts";
import { required } from "../parameters.ts";
import { findRequestedAccess, requestedAccess } from "../tokens/requested-access.ts";
import type { RequestedAccess } from "../tokens/requested-access.ts";
import { findUser, usersOf } from "../principals/users.ts";
import { answerApplication, answerUser, shareRefreshTokens } from "./token-answer.ts";
import { checkHolder, checkProof, signedInUser, userInTenant } from "./token-request.ts";
import type { TokenRequest } from "./token-request.ts";

type GrantType = (request: TokenRequest) => Promise<object>;

/** RFC 6749 §4.4: a client for itself; with v2 always for everything that it may do (`/.default`). */
const clientCredentials: GrantType = async ({ authority, endpoint, client, parameters }) => {
  if (client.authentication === "public") throw new OAuthError("missingCredential");
  const access = requestedAccess(parameters, endpoint.version);
  const partial = access.scopes.find((scope) => !scope.endsWith("/.default"));
  if (partial !== undefined) throw new OAuthError("notDefaultScope", partial);
  const principal = await authority.directory.ensure(servicePrincipal(endpoint.tenant.tenantId, client.clientId));
  return await answerApplication(authority, { endpoint, subject: { ...client, principal }, access });
};

/** RFC 6749 §4.1.3 and RFC 7636 §4.5. */
const authorizationCode: GrantType = async (request) => {
  const { authority, endpoint, client, parameters } = request;
  const { document, refreshToken } = await redeemCode(authority, required(parameters, "code"), async (given, from) => {
    checkHolder(request, given);
    await checkProof(request, given, from);
    checkRedirect(request, given);
    checkVerifier(request, given);
  });
  const principal = await signedInUser(request, document);
  const { access, nonce } = document;
  return await answerUser(authority, {
    endpoint,
    subject: { ...client, principal },
    access: narrowed(request, access),
    refreshToken,
    nonce: nonce ?? undefined,
  });
};

/** RFC 6749 §6; a v2 client may ask for another resource than at sign-in, as in Azure. */
const refreshToken: GrantType = async (request) => {
  const { authority, endpoint, client, parameters } = request;
  const redeemed = await exchangeRefreshToken(authority, required(parameters, "refresh_token"), async (given, from) => {
    if (!shareRefreshTokens(given.clientId, client.clientId)) throw new OAuthError("foreignGrant", "client_id");
    await checkProof(request, given, from);
  });
  const principal = await userInTenant(request, redeemed.document);
  const access = narrowed(request, redeemed.document.access);
  const subject = { ...client, principal };
  return await answerUser(authority, { endpoint, subject, access, refreshToken: redeemed.refreshToken });
};

/** RFC 8628 §3.4. */
const deviceCode: GrantType = async (request) => {
  const { authority, endpoint, client, parameters } = request;
  const code = parameters.get("device_code") ?? parameters.get("code") ?? required(parameters, "device_code");
  const redeemed = await redeemDeviceCode(authority, code, async (given, from) => {
    checkHolder(request, given);
    // Until somebody has signed in there is nothing to prove.
    if (given.objectId !== "") await checkProof(request, given, from);
  });
  const subject = { ...client, principal: await signedInUser(request, redeemed.document) };
  const { access } = redeemed.document;
  return await answerUser(authority, { endpoint, subject, access, refreshToken: redeemed.refreshToken });
};

/** RFC 6749 §4.3: every user, with any password, or under a strict authority with their own. */
const password: GrantType = async ({ authority, endpoint, client, parameters }) => {
  const name = required(parameters, "username");
  const sent = required(parameters, "password");
  const { directory, isStrict } = authority;
  const { tenantId } = endpoint.tenant;
  const user = findUser(directory, tenantId, name);
  // A caller that has to prove who it is is not told who else there is.
  if (user === undefined) throw new OAuthError("unknownUser", isStrict ? "" : namesOf(usersOf(directory, tenantId)));
  const access = requestedAccess(parameters, endpoint.version);
  await authority.passwords?.check(user, sent);
  const principal = await directory.ensure(user);
  const { objectId } = principal;
  const proof = await authority.passwords?.proofOf(principal);
  const grant = { clientId: client.clientId, tenantId, objectId, access, proof };
  const token = await startFamily(authority, grant);
  return await answerUser(authority, { endpoint, subject: { ...client, principal }, access, refreshToken: token });
};

const namesOf = (users: readonly Principal[]): string => users.map(({ name }) => name).join(", ");

const grantTypes: ReadonlyMap<string, GrantType> = new Map([
  ["client_credentials", clientCredentials],
  ["authorization_code", authorizationCode],
  ["refresh_token", refreshToken],
  ["urn:ietf:params:oauth:grant-type:device_code", deviceCode],
  // The name that v1 clients use.
  ["device_code", deviceCode],
  ["password", password],
]);

/** Answers a request to the token endpoint. */
export async function grantTokens(request: TokenRequest): Promise<object> {
  const name = required(request.parameters, "grant_type");
  const grantType = grantTypes.get(name);
  if (grantType === undefined) throw new OAuthError("unsupportedGrantType", name);
  return await grantType(request);
}

/** What is asked for now, or else what was asked for at sign-in. */
function narrowed({ parameters, endpoint }: TokenRequest, signedIn: RequestedAccess): RequestedAccess {
  const asked = findRequestedAccess(parameters, endpoint.version);
  const namesResource = asked !== undefined && (asked.scopes.length > 0 || parameters.has("resource"));
  return namesResource ? { ...asked, openId: [...new Set([...signedIn.openId, ...asked.openId])] } : signedIn;
}

function checkRedirect({ parameters }: TokenRequest, { redirectUri }: CodeDocument): void {
  const sent = required(parameters, "redirect_uri");
  if (sent !== redirectUri) throw new OAuthError("redirectMismatch", sent);
}

/**
 * A code asked for with a challenge needs its verifier. One asked for without takes none (an attacker may have cut the
 * challenge off on the way), and is only for clients that prove who they are.
 */
function checkVerifier({ parameters, client }: TokenRequest, { codeChallenge }: CodeDocument): void {
  const verifier = parameters.get("code_verifier");
  if (codeChallenge === null) {
    if (verifier !== undefined) throw new OAuthError("verifierMismatch");
    if (client.authentication === "public") throw new OAuthError("missingCredential");
    return;
  }
  const challenge = createHash("sha256").update(required(parameters, "code_verifier")).digest("base64url");
  if (challenge !== codeChallenge) throw new OAuthError("verifierMismatch");
}
