import type { Clock } from "../../../kernel/clock.ts";
import type { OperationEngine } from "../../../operations/operation-engine.ts";
import type { OperationKind, OperationSubject } from "../../../operations/operation-kind.ts";
import type { PrivateLinkConsumer } from "../../../private-link/contract.ts";
import type { Transaction } from "../../../store/store.ts";
import type { ClusterDocument } from "./cluster-document.ts";
import { findCluster, removeCluster, saveCluster } from "./cluster-store.ts";
import type { StoredCluster } from "./cluster-store.ts";

export const clusterKinds = {
  create: "redisEnterprise.cluster.create",
  update: "redisEnterprise.cluster.update",
  delete: "redisEnterprise.cluster.delete",
} as const;

/** The states of a cluster that nothing is under way on. */
export const settled = { provisioningState: "Succeeded", resourceState: "Running", operationId: undefined } as const;

const minuteMs = 60_000;

/** What finishes the writes and deletes of clusters that do not end before the answer. */
export function clusterOperations(options: {
  clock: Clock;
  operations: OperationEngine;
  consumer: PrivateLinkConsumer | undefined;
}): OperationKind[] {
  const { clock, operations, consumer } = options;
  const settle = (tx: Transaction, subject: OperationSubject): Promise<void> =>
    end(tx, subject, (cluster) => move(tx, cluster, settled, clock.nowMs()));
  const fail = (tx: Transaction, subject: OperationSubject): Promise<void> =>
    end(tx, subject, (cluster) => move(tx, cluster, failed(cluster.document), clock.nowMs()));
  const remove = (tx: Transaction, subject: OperationSubject): Promise<void> =>
    end(tx, subject, (cluster) => removeCluster(tx, cluster, { operations, consumer, nowMs: clock.nowMs() }));
  return [
    // Recorded 2025 and 2026: created in 4 to 10 minutes, deleted in 5.
    { name: clusterKinds.create, azureDurationMs: 5 * minuteMs, succeed: settle, fail },
    { name: clusterKinds.update, azureDurationMs: 4 * minuteMs, succeed: settle, fail },
    { name: clusterKinds.delete, azureDurationMs: 5 * minuteMs, succeed: remove, fail },
  ];
}

/** Ends the waiting of a cluster, unless a later operation has made it wait anew. */
async function end(
  tx: Transaction,
  { id, resourceId }: OperationSubject,
  write: (cluster: StoredCluster) => Promise<void>,
): Promise<void> {
  const cluster = await findCluster(tx, resourceId);
  if (cluster?.document.operationId === id) await write(cluster);
}

type States = Pick<ClusterDocument, "provisioningState" | "resourceState" | "operationId">;

async function move(tx: Transaction, cluster: StoredCluster, states: States, nowMs: number): Promise<void> {
  await saveCluster(tx, cluster, { ...cluster.document, ...states }, nowMs);
}

/** The state that a cluster is left in when what it waits for does not succeed. */
function failed({ resourceState }: ClusterDocument): States {
  const failures: Partial<Record<ClusterDocument["resourceState"], ClusterDocument["resourceState"]>> = {
    Creating: "CreateFailed",
    Scaling: "ScalingFailed",
    Deleting: "DeleteFailed",
  };
  return {
    provisioningState: "Failed",
    resourceState: failures[resourceState] ?? "UpdateFailed",
    operationId: undefined,
  };
}
