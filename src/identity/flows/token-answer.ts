import type { Principal } from "../../store/principals.ts";
import { idTokenIssuer, type Endpoint } from "../endpoint.ts";
import { grantedScope, scopeNames, type RequestedAccess } from "../tokens/requested-access.ts";
import { signAccessToken, signIdToken, type SignedToken } from "../tokens/sign.ts";
import type { TokenRequest } from "./token-request.ts";

/** Microsoft's own command lines and editors, which share refresh tokens as a family ("foci"). */
const familyClientIds: ReadonlySet<string> = new Set([
  "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
  "1950a258-227b-4e31-a9cf-717495945fc2",
  "872cd9fa-d31f-45e0-9eab-6e460a02d1f1",
  "aebc6443-996d-45c2-90f0-388ff96faa56",
]);

/** Whether one client may use a refresh token that was given to another. */
export const shareRefreshTokens = (one: string, other: string): boolean =>
  one === other || (familyClientIds.has(one) && familyClientIds.has(other));

/** The answer to a client that asked for itself. */
export async function answerApplication(
  { authority, endpoint, client }: TokenRequest,
  { principal, access }: { principal: Principal; access: RequestedAccess },
): Promise<object> {
  const signed = await signAccessToken(authority, { ...client, principal, audience: access.resource, scope: "" });
  return describeAccessToken(endpoint, access, signed);
}

interface UserAnswer {
  readonly principal: Principal;
  readonly access: RequestedAccess;
  readonly refreshToken: string | undefined;
  readonly nonce?: string | undefined;
}

/** The answer to a client that asked for a user. */
export async function answerUser(
  { authority, endpoint, client }: TokenRequest,
  { principal, access, refreshToken, nonce }: UserAnswer,
): Promise<object> {
  const { clientId } = client;
  const { version } = endpoint;
  const wanted = { ...client, principal, audience: access.resource, scope: scopeNames(access) };
  const signed = await signAccessToken(authority, wanted);
  const issuer = idTokenIssuer(endpoint, principal.tenantId);
  const idToken = access.openId.includes("openid")
    ? await signIdToken(authority, { principal, clientId, version, issuer, nonce })
    : undefined;
  return {
    ...describeAccessToken(endpoint, access, signed),
    scope: grantedScope(access, version),
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    ...(idToken === undefined ? {} : { id_token: idToken }),
    ...(familyClientIds.has(clientId) ? { foci: "1" } : {}),
    client_info: clientInfo(principal),
  };
}

/** `expires_in` is a number in both versions, because Azure CLI adds it to one. The other times of v1 are strings. */
function describeAccessToken({ version }: Endpoint, access: RequestedAccess, signed: SignedToken): object {
  const seconds = signed.expiresOn - signed.notBefore;
  const common = { token_type: "Bearer", expires_in: seconds, ext_expires_in: seconds, access_token: signed.token };
  if (version === "2.0") return common;
  return {
    ...common,
    resource: access.resource,
    expires_on: String(signed.expiresOn),
    not_before: String(signed.notBefore),
  };
}

/** The name of an account in Microsoft's libraries: user and tenant, as base64url JSON. */
export const clientInfo = ({ objectId, tenantId }: Principal): string =>
  Buffer.from(JSON.stringify({ uid: objectId, utid: tenantId })).toString("base64url");
