import { pick, prepare } from "./prepared.ts";
import type { RedisTokenRow } from "./schema.ts";
import type { Queryable, Transaction } from "./store.ts";

/** An access token for Redis that was issued; of the token itself only its hash is kept. */
export interface RedisToken {
  /** SHA-256, hexadecimal: how Redis keeps passwords. */
  readonly hash: string;
  readonly objectId: string;
  readonly expiresAtMs: number;
}

const valid = prepare<{ nowMs: number }>()((db, { nowMs }) =>
  db.selectFrom("redis_tokens").selectAll().where("expires_at_ms", ">", nowMs).orderBy("expires_at_ms"),
);

const insert = prepare<RedisTokenRow>()((db, row) =>
  db
    .insertInto("redis_tokens")
    .values(pick(row, ["token_hash", "object_id", "expires_at_ms"]))
    .onConflict((conflict) => conflict.column("token_hash").doNothing()),
);

const forget = prepare<{ untilMs: number }>()((db, { untilMs }) =>
  db.deleteFrom("redis_tokens").where("expires_at_ms", "<=", untilMs),
);

const remove = prepare<{ hash: string }>()((db, { hash }) =>
  db.deleteFrom("redis_tokens").where("token_hash", "=", hash),
);

/** The tokens that have not expired, the next to expire first. */
export async function listRedisTokens(from: Queryable, nowMs: number): Promise<RedisToken[]> {
  const rows = await from.all(valid, { nowMs });
  return rows.map((row) => ({ hash: row.token_hash, objectId: row.object_id, expiresAtMs: row.expires_at_ms }));
}

/** Notes a token that was issued. */
export async function addRedisToken(tx: Transaction, { hash, objectId, expiresAtMs }: RedisToken): Promise<void> {
  await tx.all(insert, { token_hash: hash, object_id: objectId, expires_at_ms: expiresAtMs });
}

/** Drops one token. */
export async function removeRedisToken(tx: Transaction, hash: string): Promise<void> {
  await tx.all(remove, { hash });
}

/** Drops the tokens that have expired by `untilMs`. */
export async function forgetRedisTokens(tx: Transaction, untilMs: number): Promise<void> {
  await tx.all(forget, { untilMs });
}
