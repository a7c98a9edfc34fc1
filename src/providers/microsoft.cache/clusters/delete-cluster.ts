import type { ArmOperation, ArmRequest } from "../../../arm/resource-type.ts";
import { write } from "../../../arm/write.ts";
import type { Written } from "../../../arm/write.ts";
import { findOperation } from "../../../store/operations.ts";
import type { StoredOperation } from "../../../store/operations.ts";
import type { Transaction } from "../../../store/store.ts";
import { bodyOf } from "./cluster-answer.ts";
import { beginWork, writeResponse } from "../cache-type.ts";
import { clusterKinds } from "./cluster-operations.ts";
import type { ClusterServices } from "./cluster-services.ts";
import { findCluster, removeCluster, saveCluster } from "./cluster-store.ts";
import type { StoredCluster } from "./cluster-store.ts";

/**
 * 200 when it is gone with the answer, 204 when it was not there; while it goes, 202 with the cluster as body (recorded),
 * however often it is asked for. Whatever else is under way on the cluster ends as canceled.
 */
export const deleteCluster = (services: ClusterServices): ArmOperation => ({
  action: "Microsoft.Cache/redisEnterprise/delete",
  display: { operation: "Delete Cluster", description: "Deletes a cluster and everything below it." },
  handle(request) {
    return write(services, request, async (tx, nowMs) => {
      const cluster = await findCluster(tx, request.resourceId);
      if (cluster === undefined)
        return { response: writeResponse(services, request, { status: 204, operation: undefined }) };
      const running = await runningDelete(tx, cluster);
      if (running !== undefined) return accepted(services, request, { tx, cluster, operation: running });
      await services.operations.cancelAll(tx, cluster.id);
      const operation = await beginWork(services, tx, cluster, { kind: clusterKinds.delete, resourceId: cluster.id });
      if (operation === undefined) {
        await removeCluster(tx, cluster, { ...services, nowMs });
        return { response: writeResponse(services, request, { status: 200, operation }) };
      }
      const document = { ...cluster.document, ...deleting, operationId: operation.id };
      return accepted(services, request, { tx, cluster: await saveCluster(tx, cluster, document, nowMs), operation });
    });
  },
});

const deleting = { provisioningState: "Deleting", resourceState: "Deleting" } as const;

async function runningDelete(tx: Transaction, { document }: StoredCluster): Promise<StoredOperation | undefined> {
  if (document.provisioningState !== "Deleting" || document.operationId === undefined) return undefined;
  const operation = await findOperation(tx, document.operationId);
  return operation?.dueAtMs === undefined ? undefined : operation;
}

async function accepted(
  services: ClusterServices,
  request: ArmRequest,
  deletion: { tx: Transaction; cluster: StoredCluster; operation: StoredOperation },
): Promise<Written> {
  const { tx, cluster, operation } = deletion;
  const body = await bodyOf(tx, cluster, request);
  return { response: writeResponse(services, request, { status: 202, body, operation }) };
}
