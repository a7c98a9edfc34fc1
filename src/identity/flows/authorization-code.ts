import { createHash } from "node:crypto";
import { findGrant, moveGrant, revokeRefreshTokens } from "../../store/grants.ts";
import { lifetimes } from "../limits.ts";
import { OAuthError } from "../oauth-error.ts";
import { required } from "../parameters.ts";
import { hashSecret } from "../principals/secrets.ts";
import { issueGrant, hasExpired, redeem } from "./grants.ts";
import type { GrantCheck, GrantContext, GrantDocument, Redeemed } from "./grants.ts";
import { answerUser } from "./token-answer.ts";
import { accessNow, checkHolder, checkProof, signedInUser } from "./token-request.ts";
import type { GrantType, TokenRequest } from "./token-request.ts";

/** What an authorization code is bound to. */
interface CodeDocument extends GrantDocument {
  readonly redirectUri: string;
  /** The S256 challenge (RFC 7636 §4.2); null for clients that prove who they are instead. */
  readonly codeChallenge: string | null;
  readonly nonce: string | null;
}

/** Stores a new authorization code and returns it. */
export async function issueCode({ store, clock }: GrantContext, document: CodeDocument): Promise<string> {
  const grant = { kind: "code", document, lifetimeSeconds: lifetimes.codeSeconds } as const;
  return await store.write((tx) => issueGrant(tx, grant, clock.nowMs()));
}

/** RFC 6749 §4.1.3 and RFC 7636 §4.5. */
export const authorizationCode: GrantType = async (request) => {
  const { authority, parameters } = request;
  const { document, refreshToken } = await redeemCode(authority, required(parameters, "code"), async (given, from) => {
    checkHolder(request, given);
    await checkProof(request, given, from);
    checkRedirect(request, given);
    checkVerifier(request, given);
  });
  const principal = await signedInUser(request, document);
  const access = accessNow(request, document.access);
  return await answerUser(request, { principal, access, refreshToken, nonce: document.nonce ?? undefined });
};

/**
 * Redeems a code, once. A second try shows that the code has leaked, so it also ends the refresh tokens that the first
 * one gave (RFC 6749 §4.1.2). Where `check` throws, the code stays valid.
 */
export async function redeemCode(
  { store, clock }: GrantContext,
  code: string,
  check: GrantCheck<CodeDocument>,
): Promise<Redeemed<CodeDocument>> {
  const redeemed = await store.write(async (tx) => {
    const grant = await findGrant<CodeDocument>(tx, { kind: "code", secretHash: hashSecret(code) });
    if (grant === undefined) throw new OAuthError("badGrant", "authorization code");
    if (grant.status === "open" && hasExpired(grant, clock.nowMs())) {
      throw new OAuthError("expiredGrant", "authorization code");
    }
    if (grant.status === "open") await check(grant.document, tx);
    if (await moveGrant(tx, { ...grant, from: "open", to: "used" })) return await redeem(tx, grant, clock.nowMs());
    // Returns instead of throwing, so that the revocation is committed.
    await revokeRefreshTokens(tx, grant.family);
    return undefined;
  });
  if (redeemed === undefined) throw new OAuthError("redeemedGrant");
  return redeemed;
}

function checkRedirect({ parameters }: TokenRequest, { redirectUri }: CodeDocument): void {
  const sent = required(parameters, "redirect_uri");
  if (sent !== redirectUri) throw new OAuthError("redirectMismatch", sent);
}

/**
 * A code with a challenge needs its verifier. A code without one accepts no verifier, because an attacker may have removed
 * the challenge on the way, and only clients that prove who they are may redeem it.
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
