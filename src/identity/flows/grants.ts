import type { Clock } from "../../kernel/clock.ts";
import { newUuid } from "../../kernel/ids.ts";
import { addGrant, findGrant, forgetGrantsBefore, forgetGrantsBeyond, moveGrant } from "../../store/grants.ts";
import type { Grant } from "../../store/grants.ts";
import type { Queryable, Store, Transaction } from "../../store/store.ts";
import { identityLimits, lifetimes } from "../limits.ts";
import { OAuthError } from "../oauth-error.ts";
import type { RequestedAccess } from "../tokens/requested-access.ts";
import { hashSecret, newSecret } from "../principals/secrets.ts";

/** What grants are kept in. */
export interface GrantSource {
  readonly store: Store;
  readonly clock: Clock;
}

/** What every grant says: to whom it was given, for whom, and for what. */
export interface GrantDocument {
  readonly clientId: string;
  readonly tenantId: string;
  /** The user who signed in. */
  readonly objectId: string;
  readonly access: RequestedAccess;
  /** Of the password that the user signed in with; undefined where any would do. */
  readonly proof?: string | undefined;
}

/** Refuses a grant that must not be taken in, which then is as good as before; reads in the transaction that takes it. */
export type GrantCheck<Document extends GrantDocument = GrantDocument> = (
  document: Document,
  from: Queryable,
) => Promise<void>;

/** A grant that was taken in, and the refresh token given for it, where one was asked for. */
export interface Redeemed<Document extends GrantDocument = GrantDocument> {
  readonly document: Document;
  readonly refreshToken: string | undefined;
}

/** Whether a grant's time is over. */
export const hasExpired = (grant: { expiresAtMs: number }, nowMs: number): boolean => grant.expiresAtMs <= nowMs;

/** Adds a grant, and drops those that nobody will ask for again, and those that are too many. */
export async function keepGrant(tx: Transaction, grant: Grant, nowMs: number): Promise<void> {
  await forgetGrantsBefore(tx, nowMs - lifetimes.expiredGrantSeconds * 1000);
  await addGrant(tx, grant);
  await forgetGrantsBeyond(tx, { kind: grant.kind, keep: identityLimits.maxGrantsOfKind });
}

/** Gives a refresh token where the grant's access asks for one; it belongs to the sign-in's family. */
export async function giveRefreshToken(
  tx: Transaction,
  { document, family, nowMs }: { document: GrantDocument; family: string; nowMs: number },
): Promise<string | undefined> {
  const { clientId, tenantId, objectId, access, proof } = document;
  if (!access.openId.includes("offline_access")) return undefined;
  const token = newSecret();
  const expiresAtMs = nowMs + lifetimes.refreshTokenSeconds * 1000;
  const kept = { clientId, tenantId, objectId, access, proof };
  const grant = { secretHash: hashSecret(token), kind: "refresh", status: "open", family, userCode: "" } as const;
  await keepGrant(tx, { ...grant, document: kept, expiresAtMs }, nowMs);
  return token;
}

/** Gives the first refresh token of a sign-in that has no code. */
export async function startFamily({ store, clock }: GrantSource, document: GrantDocument): Promise<string | undefined> {
  return await store.write((tx) => giveRefreshToken(tx, { document, family: newUuid(), nowMs: clock.nowMs() }));
}

/** Exchanges a refresh token for a new one; the old one serves a little longer, as clients race each other. */
export async function exchangeRefreshToken(
  { store, clock }: GrantSource,
  token: string,
  check: GrantCheck,
): Promise<Redeemed> {
  return await store.write(async (tx) => {
    const nowMs = clock.nowMs();
    const grant = await findGrant<GrantDocument>(tx, { kind: "refresh", secretHash: hashSecret(token) });
    if (grant === undefined) throw new OAuthError("badGrant", "refresh token");
    if (hasExpired(grant, nowMs)) throw new OAuthError("expiredGrant", "refresh token");
    await check(grant.document, tx);
    if (grant.status === "open") await retire(tx, grant, nowMs);
    const { document, family } = grant;
    return { document, refreshToken: await giveRefreshToken(tx, { document, family, nowMs }) };
  });
}

async function retire(tx: Transaction, grant: Grant, nowMs: number): Promise<void> {
  const { secretHash, document } = grant;
  const expiresAtMs = Math.min(grant.expiresAtMs, nowMs + lifetimes.usedRefreshTokenSeconds * 1000);
  await moveGrant(tx, { secretHash, from: "open", to: "used", document, expiresAtMs });
}
