import { pick, prepare } from "./prepared.ts";
import type { ClientSecretRow } from "./schema.ts";
import type { Queryable, Transaction } from "./store.ts";

const columns = ["object_id", "secret_hash", "created_at_ms"] as const satisfies (keyof ClientSecretRow)[];

const byObjectId = prepare<{ objectId: string }>()((db, { objectId }) =>
  db.selectFrom("client_secrets").select("secret_hash").where("object_id", "=", objectId),
);

const upsert = prepare<ClientSecretRow>()((db, row) =>
  db
    .insertInto("client_secrets")
    .values(pick(row, columns))
    .onConflict((conflict) =>
      conflict.column("object_id").doUpdateSet((eb) => ({
        secret_hash: eb.ref("excluded.secret_hash"),
        created_at_ms: eb.ref("excluded.created_at_ms"),
      })),
    ),
);

/** The hash of a service principal's secret; undefined when it has none. */
export async function findSecretHash(from: Queryable, objectId: string): Promise<string | undefined> {
  return (await from.first(byObjectId, { objectId }))?.secret_hash;
}

/** Gives a service principal a secret, in the place of the one that it had. */
export async function saveSecretHash(
  tx: Transaction,
  secret: { objectId: string; secretHash: string },
  nowMs: number,
): Promise<void> {
  await tx.all(upsert, { object_id: secret.objectId, secret_hash: secret.secretHash, created_at_ms: nowMs });
}
