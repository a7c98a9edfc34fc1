import { prepare } from "./prepared.ts";
import type { PathAddressRow, RedisTokenRow } from "./schema.ts";
import type { Queryable, Transaction } from "./store.ts";

/** Where a path is served on this machine. */
export interface PathAddress {
  /** The key of the private endpoint, or of the cluster for its public side. */
  readonly pathKey: string;
  readonly address: string;
  readonly port: number;
}

/** An access token for Redis that was issued; of the token itself only its hash is kept. */
export interface RedisToken {
  /** SHA-256, hexadecimal: how Redis keeps passwords. */
  readonly hash: string;
  readonly objectId: string;
  readonly expiresAtMs: number;
}

const allAddresses = prepare<object, PathAddressRow>(`
  select path_key, address, port from path_addresses order by path_key`);

const addressByPath = prepare<{ pathKey: string }, PathAddressRow>(`
  select path_key, address, port from path_addresses where path_key = :pathKey`);

const upsertAddress = prepare<PathAddressRow>(`
  insert into path_addresses (path_key, address, port) values (:path_key, :address, :port)
  on conflict (path_key) do update set address = excluded.address, port = excluded.port`);

const deleteAddress = prepare<{ pathKey: string }>(`
  delete from path_addresses where path_key = :pathKey`);

const validTokens = prepare<{ nowMs: number }, RedisTokenRow>(`
  select token_hash, object_id, expires_at_ms from redis_tokens where expires_at_ms > :nowMs order by expires_at_ms`);

const insertToken = prepare<RedisTokenRow>(`
  insert into redis_tokens (token_hash, object_id, expires_at_ms) values (:token_hash, :object_id, :expires_at_ms)
  on conflict (token_hash) do nothing`);

const deleteExpiredTokens = prepare<{ untilMs: number }>(`
  delete from redis_tokens where expires_at_ms <= :untilMs`);

const deleteToken = prepare<{ hash: string }>(`
  delete from redis_tokens where token_hash = :hash`);

/** Every path's address. */
export async function listPathAddresses(from: Queryable): Promise<PathAddress[]> {
  const rows = await from.all(allAddresses, {});
  return rows.map(toPathAddress);
}

/** The address of one path; undefined while it has none. */
export async function findPathAddress(from: Queryable, pathKey: string): Promise<PathAddress | undefined> {
  const row = await from.first(addressByPath, { pathKey });
  return row && toPathAddress(row);
}

const toPathAddress = (row: PathAddressRow): PathAddress => ({
  pathKey: row.path_key,
  address: row.address,
  port: row.port,
});

/** Writes a path's address, in the place of the one that it had. */
export async function savePathAddress(tx: Transaction, { pathKey, address, port }: PathAddress): Promise<void> {
  await tx.change(upsertAddress, { path_key: pathKey, address, port });
}

/** Removes a path's address. */
export async function removePathAddress(tx: Transaction, pathKey: string): Promise<void> {
  await tx.change(deleteAddress, { pathKey });
}

/** The tokens that have not expired, the next to expire first. */
export async function listRedisTokens(from: Queryable, nowMs: number): Promise<RedisToken[]> {
  const rows = await from.all(validTokens, { nowMs });
  return rows.map((row) => ({ hash: row.token_hash, objectId: row.object_id, expiresAtMs: row.expires_at_ms }));
}

/** Adds a token that was issued. */
export async function addRedisToken(tx: Transaction, { hash, objectId, expiresAtMs }: RedisToken): Promise<void> {
  await tx.change(insertToken, { token_hash: hash, object_id: objectId, expires_at_ms: expiresAtMs });
}

/** Removes one token. */
export async function removeRedisToken(tx: Transaction, hash: string): Promise<void> {
  await tx.change(deleteToken, { hash });
}

/** Removes the tokens that have expired by `untilMs`. */
export async function forgetRedisTokens(tx: Transaction, untilMs: number): Promise<void> {
  await tx.change(deleteExpiredTokens, { untilMs });
}
