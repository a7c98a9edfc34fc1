import { createHash, randomBytes } from "node:crypto";
import { SignJWT } from "jose/jwt/sign";
import type { Clock } from "../../kernel/clock.ts";
import type { Principal } from "../../store/principals.ts";
import { accessTokenClaims, accessTokenIssuer, idTokenClaims } from "./claims.ts";
import type { TokenSubject } from "./claims.ts";
import { signingAlgorithm } from "./keys.ts";
import type { KeyRing } from "./keys.ts";
import { lifetimes } from "../limits.ts";
import { halfHash } from "../principals/secrets.ts";

/** What tokens are signed with. */
export interface Signer {
  readonly keys: KeyRing;
  readonly clock: Clock;
  /** Told of every access token before it is handed out. */
  readonly onAccessToken?: ((token: IssuedToken) => Promise<void>) | undefined;
}

/** What others may know of an access token: never the token itself. */
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
  readonly version: "1.0" | "2.0";
  readonly issuer: string;
  readonly nonce: string | undefined;
  /** What is handed out beside it, to be bound by `at_hash` and `c_hash`. */
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

interface ToSign {
  readonly claims: Record<string, unknown>;
  readonly issuer: string;
  readonly audience: string;
  readonly lifetimeSeconds: number;
}

/** Signs claims with the newest key. */
export async function sign(
  signer: Signer,
  { claims, issuer, audience, lifetimeSeconds }: ToSign,
): Promise<SignedToken> {
  const { kid, privateKey } = signer.keys.signing;
  const notBefore = Math.floor(signer.clock.nowMs() / 1000);
  const expiresOn = notBefore + lifetimeSeconds;
  const token = await new SignJWT({
    aud: audience,
    iss: issuer,
    iat: notBefore,
    nbf: notBefore,
    exp: expiresOn,
    ...claims,
  })
    .setProtectedHeader({ typ: "JWT", alg: signingAlgorithm, kid })
    .sign(privateKey);
  return { token, notBefore, expiresOn };
}
