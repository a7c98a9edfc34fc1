import { createHash, randomBytes } from "node:crypto";
import { SignJWT } from "jose/jwt/sign";
import type { Clock } from "../../kernel/clock.ts";
import type { Principal } from "../../store/principals.ts";
import { lifetimes } from "../limits.ts";
import { accessTokenClaims, accessTokenIssuer, idTokenClaims, type TokenSubject } from "./claims.ts";
import { signingAlgorithm, type KeyRing } from "./keys.ts";
import type { EndpointVersion } from "./requested-access.ts";

/** What tokens are signed with. */
export interface Signer {
  readonly keys: KeyRing;
  readonly clock: Clock;
  /** Is called with every access token before it is sent, and awaited. */
  readonly onAccessToken?: ((token: IssuedToken) => Promise<void>) | undefined;
}

/** An access token as other parts of the server see it, without the token itself. */
export interface IssuedToken {
  /** Hexadecimal. */
  readonly sha256: string;
  readonly audience: string;
  readonly objectId: string;
  readonly expiresAtMs: number;
}

/** A signed token and its times, in seconds since the epoch. */
export interface SignedToken {
  readonly token: string;
  readonly notBefore: number;
  readonly expiresOn: number;
}

interface AccessTokenRequest extends TokenSubject {
  readonly audience: string;
  /** `scp`, for users. */
  readonly scope: string;
  readonly lifetimeSeconds?: number;
}

/** Signs an access token of v1 shape, which is what Azure's own resources ask for. */
export async function signAccessToken(signer: Signer, request: AccessTokenRequest): Promise<SignedToken> {
  const signed = await sign(signer, {
    claims: { ...accessTokenClaims(request, request.scope), uti: randomBytes(16).toString("base64url") },
    issuer: accessTokenIssuer(request.principal.tenantId),
    audience: request.audience,
    lifetimeSeconds: request.lifetimeSeconds ?? lifetimes.accessTokenSeconds,
  });
  await signer.onAccessToken?.({
    sha256: createHash("sha256").update(signed.token).digest("hex"),
    audience: request.audience,
    objectId: request.principal.objectId,
    expiresAtMs: signed.expiresOn * 1_000,
  });
  return signed;
}

interface IdTokenRequest {
  readonly principal: Principal;
  readonly clientId: string;
  readonly version: EndpointVersion;
  readonly issuer: string;
  readonly nonce: string | undefined;
  /** The token and code that are sent with it, for `at_hash` and `c_hash`. */
  readonly accessToken?: string | undefined;
  readonly code?: string | undefined;
}

/** Signs an id token for a client. */
export async function signIdToken(signer: Signer, request: IdTokenRequest): Promise<string> {
  const { nonce, accessToken, code } = request;
  const { token } = await sign(signer, {
    claims: {
      ...idTokenClaims(request.principal, request.version),
      ...(nonce === undefined ? {} : { nonce }),
      ...(accessToken === undefined ? {} : { at_hash: halfHash(accessToken) }),
      ...(code === undefined ? {} : { c_hash: halfHash(code) }),
    },
    issuer: request.issuer,
    audience: request.clientId,
    lifetimeSeconds: lifetimes.idTokenSeconds,
  });
  return token;
}

/** The left half of a token's SHA-256, base64url (OpenID Connect Core §3.3.2.11). */
const halfHash = (token: string): string =>
  createHash("sha256").update(token).digest().subarray(0, 16).toString("base64url");

interface UnsignedToken {
  readonly claims: Record<string, unknown>;
  readonly issuer: string;
  readonly audience: string;
  readonly lifetimeSeconds: number;
}

/** Signs claims with the newest key. */
export async function sign({ keys, clock }: Signer, unsigned: UnsignedToken): Promise<SignedToken> {
  const { claims, issuer, audience, lifetimeSeconds } = unsigned;
  const { kid, privateKey } = keys.signing;
  const notBefore = Math.floor(clock.nowMs() / 1000);
  const expiresOn = notBefore + lifetimeSeconds;
  const times = { iat: notBefore, nbf: notBefore, exp: expiresOn };
  const token = await new SignJWT({ aud: audience, iss: issuer, ...times, ...claims })
    .setProtectedHeader({ typ: "JWT", alg: signingAlgorithm, kid })
    .sign(privateKey);
  return { token, notBefore, expiresOn };
}
