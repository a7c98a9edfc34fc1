import { providerResourceNotFound } from "../../../arm/errors.ts";
import { findResource } from "../../../store/resources.ts";
import type { StoredResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { isBusy } from "../clusters/cluster-document.ts";
import type { ClusterDocument, ProvisioningState } from "../clusters/cluster-document.ts";
import { busy } from "../errors.ts";

export type StoredCluster = StoredResource<ClusterDocument>;

/** The cluster that a write goes below. @throws ArmError when it is gone or in the middle of something. */
export async function readIdleCluster(tx: Transaction, clusterId: string): Promise<StoredCluster> {
  const cluster = await findResource<ClusterDocument>(tx, clusterId);
  if (cluster === undefined) throw providerResourceNotFound();
  refuseWhileBusy(cluster);
  return cluster;
}

/** @throws ArmError when a resource is in the middle of something. */
export function refuseWhileBusy({
  id,
  document,
}: {
  id: string;
  document: { provisioningState: ProvisioningState };
}): void {
  if (isBusy(document)) throw busy(id);
}
