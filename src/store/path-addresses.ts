import { pick, prepare } from "./prepared.ts";
import type { PathAddressRow } from "./schema.ts";
import type { Queryable, Transaction } from "./store.ts";

/** Where a path is served on this machine. */
export interface PathAddress {
  /** The key of the private endpoint, or of the cluster for its public side. */
  readonly pathKey: string;
  readonly address: string;
  readonly port: number;
}

const all = prepare<object>()((db) => db.selectFrom("path_addresses").selectAll().orderBy("path_key"));

const byPath = prepare<{ pathKey: string }>()((db, { pathKey }) =>
  db.selectFrom("path_addresses").selectAll().where("path_key", "=", pathKey),
);

const upsert = prepare<PathAddressRow>()((db, row) =>
  db
    .insertInto("path_addresses")
    .values(pick(row, ["path_key", "address", "port"]))
    .onConflict((conflict) =>
      conflict
        .column("path_key")
        .doUpdateSet((eb) => ({ address: eb.ref("excluded.address"), port: eb.ref("excluded.port") })),
    ),
);

const remove = prepare<{ pathKey: string }>()((db, { pathKey }) =>
  db.deleteFrom("path_addresses").where("path_key", "=", pathKey),
);

/** Every address that was ever given out and not taken back. */
export async function listPathAddresses(from: Queryable): Promise<PathAddress[]> {
  const rows = await from.all(all, {});
  return rows.map(toPathAddress);
}

/** The address of one path; undefined while it has none. */
export async function findPathAddress(from: Queryable, pathKey: string): Promise<PathAddress | undefined> {
  const row = await from.first(byPath, { pathKey });
  return row && toPathAddress(row);
}

const toPathAddress = (row: PathAddressRow): PathAddress => ({
  pathKey: row.path_key,
  address: row.address,
  port: row.port,
});

/** Keeps a path's address, instead of the one that it had. */
export async function savePathAddress(tx: Transaction, { pathKey, address, port }: PathAddress): Promise<void> {
  await tx.all(upsert, { path_key: pathKey, address, port });
}

/** Takes a path's address back. */
export async function removePathAddress(tx: Transaction, pathKey: string): Promise<void> {
  await tx.all(remove, { pathKey });
}
