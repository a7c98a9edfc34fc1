import { newUuid } from "../../kernel/ids.ts";
import { findGrant, moveGrant, type Grant } from "../../store/grants.ts";
import type { Principal } from "../../store/principals.ts";
import type { Transaction } from "../../store/store.ts";
import { lifetimes } from "../limits.ts";
import { OAuthError } from "../oauth-error.ts";
import { required } from "../parameters.ts";
import { administratorName } from "../principals/local-principals.ts";
import { hashSecret } from "../principals/secrets.ts";
import { hasExpired, redeem, type GrantCheck, type GrantContext, type GrantDocument, type Redeemed } from "./grants.ts";
import { answerUser, shareRefreshTokens } from "./token-answer.ts";
import { accessNow, checkProof, signedInUser, type GrantType, type TokenRequest } from "./token-request.ts";

/** RFC 6749 §6; a v2 client may ask for another resource than at sign-in, as in Azure. */
export const refreshToken: GrantType = async (request) => {
  const { authority, client, parameters } = request;
  const redeemed = await exchange(authority, required(parameters, "refresh_token"), async (given, from) => {
    if (!shareRefreshTokens(given.clientId, client.clientId)) throw new OAuthError("foreignGrant", "client_id");
    await checkProof(request, given, from);
  });
  const principal = await userInTenant(request, redeemed.document);
  const access = accessNow(request, redeemed.document.access);
  return await answerUser(request, { principal, access, refreshToken: redeemed.refreshToken });
};

/** Exchanges a refresh token for a new one; the old one stays valid a little longer, because clients race each other. */
async function exchange({ store, clock }: GrantContext, token: string, check: GrantCheck): Promise<Redeemed> {
  return await store.write(async (tx) => {
    const nowMs = clock.nowMs();
    const grant = await findGrant<GrantDocument>(tx, { kind: "refresh", secretHash: hashSecret(token) });
    if (grant === undefined) throw new OAuthError("badGrant", "refresh token");
    if (hasExpired(grant, nowMs)) throw new OAuthError("expiredGrant", "refresh token");
    await check(grant.document, tx);
    if (grant.status === "open") await retire(tx, grant, nowMs);
    return await redeem(tx, grant, nowMs);
  });
}

async function retire(tx: Transaction, grant: Grant, nowMs: number): Promise<void> {
  const { secretHash, document } = grant;
  const expiresAtMs = Math.min(grant.expiresAtMs, nowMs + lifetimes.usedRefreshTokenSeconds * 1000);
  await moveGrant(tx, { secretHash, from: "open", to: "used", document, expiresAtMs });
}

/**
 * A grant's user as the tenant of the URL knows them: clients use a refresh token in several tenants. Under a strict
 * authority only the administrator has one password everywhere; another user's name may be another person's elsewhere.
 */
async function userInTenant(request: TokenRequest, document: GrantDocument): Promise<Principal> {
  const principal = await signedInUser(request, document);
  const { tenant } = request.endpoint;
  if (tenant.isAlias || tenant.tenantId === principal.tenantId) return principal;
  const { directory, isStrict } = request.authority;
  if (isStrict && principal.name !== administratorName) return principal;
  const user = directory.findUser(tenant.tenantId, principal.name);
  return user === undefined ? principal : await directory.ensure(user);
}

/** Issues the first refresh token of a sign-in without a code, if its access asks for one. */
export async function firstRefreshToken(
  { store, clock }: GrantContext,
  document: GrantDocument,
): Promise<string | undefined> {
  const redeemed = await store.write((tx) => redeem(tx, { document, family: newUuid() }, clock.nowMs()));
  return redeemed.refreshToken;
}
