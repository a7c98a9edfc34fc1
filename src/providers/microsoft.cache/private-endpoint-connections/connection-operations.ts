import type { Clock } from "../../../kernel/clock.ts";
import type { OperationKind, OperationSubject } from "../../../operations/operation-kind.ts";
import type { PrivateLinkConsumer } from "../../../private-link/contract.ts";
import type { Transaction } from "../../../store/store.ts";
import { findConnection, removeConnection, saveConnection } from "./connection-store.ts";

export const connectionKinds = {
  write: "redisEnterprise.connection.write",
  delete: "redisEnterprise.connection.delete",
} as const;

/** What finishes a connection's write or delete when it does not end before the answer. */
export function connectionOperations(options: {
  clock: Clock;
  consumer: PrivateLinkConsumer | undefined;
}): OperationKind[] {
  const settle = (tx: Transaction, subject: OperationSubject): Promise<void> =>
    settleConnection(tx, subject, options.clock.nowMs());
  const remove = async (tx: Transaction, { id, resourceId }: OperationSubject): Promise<void> => {
    const connection = await findConnection(tx, resourceId);
    const context = { consumer: options.consumer, nowMs: options.clock.nowMs() };
    // The consumer may have removed it, and asked anew under the same name.
    if (connection?.document.operationId === id) await removeConnection(tx, connection, context);
  };
  return [
    // Recorded 2024: a rejection took 19 s, a delete 3 s.
    { name: connectionKinds.write, azureDurationMs: 19_000, succeed: settle, fail: settle },
    { name: connectionKinds.delete, azureDurationMs: 3_000, succeed: remove, fail: settle },
  ];
}

/** Ends the waiting of a connection, unless a later operation has made it wait anew. */
async function settleConnection(tx: Transaction, { id, resourceId }: OperationSubject, nowMs: number): Promise<void> {
  const connection = await findConnection(tx, resourceId);
  if (connection?.document.operationId !== id) return;
  const document = { ...connection.document, provisioningState: "Succeeded" as const, operationId: undefined };
  await saveConnection(tx, connection, document, nowMs);
}
