import { busy, providerResourceNotFound } from "../../../arm/errors.ts";
import type { ArmRequest } from "../../../arm/resource-type.ts";
import { findResource } from "../../../store/resources.ts";
import type { StoredResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { isBusy } from "../clusters/cluster-document.ts";
import type { ClusterDocument, ProvisioningState } from "../clusters/cluster-document.ts";
import { stampOf } from "../write-answer.ts";

export type StoredCluster = StoredResource<ClusterDocument>;

/** The cluster that a write goes below. @throws ArmError when it is gone or in the middle of something. */
export async function readIdleCluster(
  tx: Transaction,
  request: ArmRequest,
  { clusterId, nowMs }: { clusterId: string; nowMs: number },
): Promise<StoredCluster> {
  const cluster = await findResource<ClusterDocument>(tx, clusterId);
  if (cluster === undefined) throw providerResourceNotFound(stampOf(request, nowMs));
  refuseWhileBusy(cluster, request);
  return cluster;
}

/** @throws ArmError when a resource is in the middle of something. */
export function refuseWhileBusy(
  { id, document }: { id: string; document: { provisioningState: ProvisioningState } },
  { requestId }: ArmRequest,
): void {
  if (isBusy(document)) throw busy(id, requestId);
}
