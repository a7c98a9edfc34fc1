import type { Principal } from "../../store/principals.ts";
import type { TokenSubject } from "../tokens/claims.ts";
import { idTokenIssuer } from "../endpoint.ts";
import type { Endpoint } from "../endpoint.ts";
import { grantedScope, scopeNames } from "../tokens/requested-access.ts";
import type { RequestedAccess } from "../tokens/requested-access.ts";
import { signAccessToken, signIdToken } from "../tokens/sign.ts";
import type { SignedToken, Signer } from "../tokens/sign.ts";

/** Microsoft's own command lines and editors, which share refresh tokens as a family ("foci"). */
const familyClientIds: ReadonlySet<string> = new Set([
  "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
  "1950a258-227b-4e31-a9cf-717495945fc2",
  "872cd9fa-d31f-45e0-9eab-6e460a02d1f1",
  "aebc6443-996d-45c2-90f0-388ff96faa56",
]);

/** Whether one client may use a refresh token that another was given. */
export const shareRefreshTokens = (one: string, other: string): boolean =>
  one === other || (familyClientIds.has(one) && familyClientIds.has(other));

/** The answer to a client that asked for itself. */
export async function answerApplication(
  signer: Signer,
  { endpoint, subject, access }: { endpoint: Endpoint; subject: TokenSubject; access: RequestedAccess },
): Promise<object> {
  const signed = await signAccessToken(signer, { ...subject, audience: access.resource, scope: "" });
  return describeAccessToken(endpoint, access, signed);
}

/** Everything that a signed-in user's client is told. */
export interface UserAnswer {
  readonly endpoint: Endpoint;
  readonly subject: TokenSubject;
  readonly access: RequestedAccess;
  readonly refreshToken: string | undefined;
  readonly nonce?: string | undefined;
}

/** The answer to a client that asked for a user. */
export async function answerUser(signer: Signer, answer: UserAnswer): Promise<object> {
  const { endpoint, subject, access, refreshToken, nonce } = answer;
  const { principal, clientId } = subject;
  const scope = scopeNames(access);
  const signed = await signAccessToken(signer, { ...subject, audience: access.resource, scope });
  const issuer = idTokenIssuer(endpoint, principal.tenantId);
  const idToken = access.openId.includes("openid")
    ? await signIdToken(signer, { principal, clientId, version: endpoint.version, issuer, nonce })
    : undefined;
  return {
    ...describeAccessToken(endpoint, access, signed),
    scope: grantedScope(access, endpoint.version),
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    ...(idToken === undefined ? {} : { id_token: idToken }),
    ...(familyClientIds.has(clientId) ? { foci: "1" } : {}),
    client_info: clientInfo(principal),
  };
}

/** Seconds are numbers in every version: Azure CLI adds them to a number. v1 tells its other times as strings. */
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

/** How Microsoft's libraries name an account: user and tenant, as base64url JSON. */
export const clientInfo = ({ objectId, tenantId }: Principal): string =>
  Buffer.from(JSON.stringify({ uid: objectId, utid: tenantId })).toString("base64url");
