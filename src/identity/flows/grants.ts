import type { Clock } from "../../kernel/clock.ts";
import { newUuid } from "../../kernel/ids.ts";
import { addGrant, forgetGrantsBefore, forgetGrantsBeyond, type Grant, type GrantKind } from "../../store/grants.ts";
import type { Queryable, Store, Transaction } from "../../store/store.ts";
import { identityLimits, lifetimes } from "../limits.ts";
import { hashSecret, newSecret } from "../principals/secrets.ts";
import type { RequestedAccess } from "../tokens/requested-access.ts";

/** What grants are stored with. */
export interface GrantContext {
  readonly store: Store;
  readonly clock: Clock;
}

/** What is stored of every grant: its client, its user and its access. */
export interface GrantDocument {
  readonly clientId: string;
  readonly tenantId: string;
  /** The user who signed in. */
  readonly objectId: string;
  readonly access: RequestedAccess;
  /** Of the password that the user signed in with; undefined where any password is accepted. */
  readonly proof?: string | undefined;
}

/** Throws if a grant must not be redeemed, which then stays valid. Reads in the transaction that redeems it. */
export type GrantCheck<Document extends GrantDocument = GrantDocument> = (
  document: Document,
  from: Queryable,
) => Promise<void>;

/** The result of redeeming a grant: its document, and a refresh token if its access asks for one. */
export interface Redeemed<Document extends GrantDocument = GrantDocument> {
  readonly document: Document;
  readonly refreshToken: string | undefined;
}

interface NewGrant {
  readonly kind: GrantKind;
  readonly document: GrantDocument;
  readonly lifetimeSeconds: number;
  readonly family?: string;
  readonly userCode?: string;
}

/**
 * Stores a new grant and returns its secret, which is stored as a hash only. Removes grants that expired long ago, and
 * those that are too many.
 */
export async function issueGrant(tx: Transaction, grant: NewGrant, nowMs: number): Promise<string> {
  const { kind, document, lifetimeSeconds, family = newUuid(), userCode = "" } = grant;
  const secret = newSecret();
  const expiresAtMs = nowMs + lifetimeSeconds * 1000;
  await forgetGrantsBefore(tx, nowMs - lifetimes.expiredGrantSeconds * 1000);
  const named = { secretHash: hashSecret(secret), family, userCode };
  await addGrant(tx, { ...named, kind, status: "open", document, expiresAtMs });
  await forgetGrantsBeyond(tx, { kind, keep: identityLimits.maxGrantsOfKind });
  return secret;
}

/** Whether a grant has expired. */
export const hasExpired = (grant: { expiresAtMs: number }, nowMs: number): boolean => grant.expiresAtMs <= nowMs;

/** Redeems a grant, and issues a refresh token of its family if its access asks for one. */
export async function redeem<Document extends GrantDocument>(
  tx: Transaction,
  { document, family }: Pick<Grant<Document>, "document" | "family">,
  nowMs: number,
): Promise<Redeemed<Document>> {
  const { clientId, tenantId, objectId, access, proof } = document;
  if (!access.openId.includes("offline_access")) return { document, refreshToken: undefined };
  const kept = { clientId, tenantId, objectId, access, proof };
  const lifetimeSeconds = lifetimes.refreshTokenSeconds;
  const refreshToken = await issueGrant(tx, { kind: "refresh", document: kept, lifetimeSeconds, family }, nowMs);
  return { document, refreshToken };
}
