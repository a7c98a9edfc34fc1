import { parametersFor, prepare } from "./prepared.ts";
import type { GrantRow, GrantStatus } from "./schema.ts";
import type { Queryable, Transaction } from "./store.ts";

export type GrantKind = GrantRow["kind"];

/** Something that can be exchanged for tokens, named by a secret of which only the hash is kept. */
export interface Grant<Document extends object = object> {
  /** SHA-256 of the secret, base64url. */
  readonly secretHash: string;
  readonly kind: GrantKind;
  readonly status: GrantStatus;
  readonly family: string;
  readonly userCode: string;
  readonly document: Document;
  readonly expiresAtMs: number;
}

/** A change of a grant's status, made only from the status that it names. */
interface GrantMove {
  readonly secretHash: string;
  readonly from: GrantStatus;
  readonly to: GrantStatus;
  readonly document: object;
  readonly expiresAtMs: number;
}

/** Grants are added one at a time, so that more are never to be removed. */
const mostForgottenAtOnce = 1_000;

const columns = "secret_hash, kind, status, family, user_code, document, expires_at_ms";

const insert = prepare<GrantRow>(`
  insert into grants (${columns}) values (${parametersFor(columns)})`);

const byHash = prepare<{ secretHash: string; kind: GrantKind }, GrantRow>(`
  select ${columns} from grants where secret_hash = :secretHash and kind = :kind`);

const byUserCode = prepare<{ userCode: string }, GrantRow>(`
  select ${columns} from grants where user_code = :userCode and kind = 'device'`);

const advance = prepare<Omit<GrantMove, "document"> & { document: string }>(`
  update grants set status = :to, document = :document, expires_at_ms = :expiresAtMs
  where secret_hash = :secretHash and status = :from`);

const removeFamily = prepare<{ family: string }>(`
  delete from grants where family = :family and kind = 'refresh'`);

const forget = prepare<{ beforeMs: number }>(`
  delete from grants where expires_at_ms < :beforeMs`);

const forgetMore = prepare<{ kind: GrantKind; keep: number; atMost: number }>(`
  delete from grants where secret_hash in (
    select secret_hash from grants where kind = :kind order by expires_at_ms desc limit :atMost offset :keep
  )`);

/** Adds a grant. */
export async function addGrant(tx: Transaction, grant: Grant): Promise<void> {
  await tx.change(insert, {
    secret_hash: grant.secretHash,
    kind: grant.kind,
    status: grant.status,
    family: grant.family,
    user_code: grant.userCode,
    document: JSON.stringify(grant.document),
    expires_at_ms: grant.expiresAtMs,
  });
}

/** The grant of this kind with this secret, expired or not; undefined when there is none. */
export async function findGrant<Document extends object>(
  from: Queryable,
  name: { secretHash: string; kind: GrantKind },
): Promise<Grant<Document> | undefined> {
  const row = await from.first(byHash, name);
  return row === undefined ? undefined : toGrant<Document>(row);
}

/** The device grant with this user code; undefined when there is none. */
export async function findDeviceGrant<Document extends object>(
  from: Queryable,
  userCode: string,
): Promise<Grant<Document> | undefined> {
  const row = await from.first(byUserCode, { userCode });
  return row === undefined ? undefined : toGrant<Document>(row);
}

/** Moves a grant on, and returns whether it was in the status that the move starts from: of two calls, one gets true. */
export async function moveGrant(tx: Transaction, move: GrantMove): Promise<boolean> {
  return (await tx.change(advance, { ...move, document: JSON.stringify(move.document) })) === 1;
}

/** Removes all refresh tokens of one sign-in. */
export async function revokeRefreshTokens(tx: Transaction, family: string): Promise<void> {
  await tx.change(removeFamily, { family });
}

/** Removes grants that expired before a time. */
export async function forgetGrantsBefore(tx: Transaction, beforeMs: number): Promise<void> {
  await tx.change(forget, { beforeMs });
}

/** Removes the grants of a kind beyond `keep`, those first that expire first. */
export async function forgetGrantsBeyond(tx: Transaction, beyond: { kind: GrantKind; keep: number }): Promise<void> {
  await tx.change(forgetMore, { ...beyond, atMost: mostForgottenAtOnce });
}

function toGrant<Document extends object>(row: GrantRow): Grant<Document> {
  return {
    secretHash: row.secret_hash,
    kind: row.kind,
    status: row.status,
    family: row.family,
    userCode: row.user_code,
    document: JSON.parse(row.document) as Document,
    expiresAtMs: row.expires_at_ms,
  };
}
