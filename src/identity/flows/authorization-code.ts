import { newUuid } from "../../kernel/ids.ts";
import { findGrant, moveGrant, revokeRefreshTokens } from "../../store/grants.ts";
import type { Grant } from "../../store/grants.ts";
import type { Transaction } from "../../store/store.ts";
import { lifetimes } from "../limits.ts";
import { OAuthError } from "../oauth-error.ts";
import { hashSecret, newSecret } from "../principals/secrets.ts";
import { giveRefreshToken, hasExpired, keepGrant } from "./grants.ts";
import type { GrantCheck, GrantDocument, GrantSource, Redeemed } from "./grants.ts";

/** What an authorization code is bound to. */
export interface CodeDocument extends GrantDocument {
  readonly redirectUri: string;
  /** The S256 challenge (RFC 7636 §4.2); null for clients that prove who they are instead. */
  readonly codeChallenge: string | null;
  readonly nonce: string | null;
}

/** Keeps a new authorization code. */
export async function giveCode({ store, clock }: GrantSource, document: CodeDocument): Promise<string> {
  const code = newSecret();
  const nowMs = clock.nowMs();
  const grant = {
    secretHash: hashSecret(code),
    kind: "code",
    status: "open",
    family: newUuid(),
    userCode: "",
    document,
    expiresAtMs: nowMs + lifetimes.codeSeconds * 1000,
  } as const;
  await store.write((tx) => keepGrant(tx, grant, nowMs));
  return code;
}

/**
 * Takes a code in, once. A second try shows that the code has leaked, so it also ends the refresh tokens that the first
 * one gave (RFC 6749 §4.1.2). `check` may refuse, and the code is then as good as before.
 */
export async function redeemCode(
  { store, clock }: GrantSource,
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
    if (await useUp(tx, grant)) return await answer(tx, grant, clock.nowMs());
    await revokeRefreshTokens(tx, grant.family);
    return undefined;
  });
  if (redeemed === undefined) throw new OAuthError("redeemedGrant");
  return redeemed;
}

const useUp = (tx: Transaction, grant: Grant): Promise<boolean> =>
  moveGrant(tx, { ...grant, from: "open", to: "used" });

async function answer(
  tx: Transaction,
  { document, family }: Grant<CodeDocument>,
  nowMs: number,
): Promise<Redeemed<CodeDocument>> {
  return { document, refreshToken: await giveRefreshToken(tx, { document, family, nowMs }) };
}
