import { providerResponse } from "../../../arm/arm-response.ts";
import type { ArmResponse } from "../../../arm/arm-response.ts";
import type { RequestStamp } from "../../../arm/errors.ts";
import { busy, providerResourceNotFound } from "../../../arm/errors.ts";
import { writeHeaders } from "../../../arm/long-running.ts";
import type { LocationForm } from "../../../arm/long-running.ts";
import type { ArmRequest } from "../../../arm/resource-type.ts";
import type { JsonObject } from "../../../kernel/json.ts";
import { regionDisplayName } from "../../../kernel/regions.ts";
import type { StoredOperation } from "../../../store/operations.ts";
import { findResource } from "../../../store/resources.ts";
import type { StoredResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import type { ProviderServices } from "../../provider-services.ts";
import { isBusy } from "../clusters/cluster-document.ts";
import type { ClusterDocument, ProvisioningState } from "../clusters/cluster-document.ts";

export type StoredCluster = StoredResource<ClusterDocument>;

export const stampOf = ({ correlationId, requestId }: ArmRequest, nowMs: number): RequestStamp => ({
  correlationId,
  requestId,
  nowMs,
});

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

/** Begins work on what is below a cluster, reported under the cluster's region. */
export const beginBelow = (
  { operations }: ProviderServices,
  tx: Transaction,
  cluster: StoredCluster,
  work: { kind: string; resourceId: string; input?: JsonObject },
): Promise<StoredOperation | undefined> =>
  operations.begin(tx, {
    input: {},
    ...work,
    subscriptionKey: cluster.subscriptionKey,
    location: regionDisplayName(cluster.document.location) ?? cluster.document.location,
  });

/** The answer to a write, with where to follow its work. */
export function writeResponse(
  { timing }: ProviderServices,
  request: ArmRequest,
  written: { status: number; body?: object; operation: StoredOperation | undefined; location?: LocationForm },
): ArmResponse {
  const { status, body, operation, location = "operationresults" } = written;
  const headers = writeHeaders({ request, timing, operation, namespace: "Microsoft.Cache", location });
  return providerResponse(status, body, headers);
}
