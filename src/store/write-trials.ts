import { prepare } from "./prepared.ts";
import type { Transaction } from "./store.ts";

const put = prepare<{ id: number; atMs: number }>()((db, { id, atMs }) =>
  db
    .insertInto("write_trials")
    .values({ id, at_ms: atMs })
    .onConflict((conflict) => conflict.column("id").doUpdateSet({ at_ms: atMs })),
);

/** Writes a row that nobody reads, to find out whether the store can be written. */
export async function tryWrite(tx: Transaction, nowMs: number): Promise<void> {
  await tx.all(put, { id: 1, atMs: nowMs });
}
