import { gatewayResponse, providerResponse } from "../../../arm/arm-response.ts";
import type { ArmResponse } from "../../../arm/arm-response.ts";
import { scopeId } from "../../../arm/resource-id.ts";
import type { ArmOperation, ArmRequest, ResourceType } from "../../../arm/resource-type.ts";
import { serverMvid } from "../../../arm/server-mvid.ts";
import { write } from "../../../arm/write.ts";
import type { Written } from "../../../arm/write.ts";
import { newUuid } from "../../../kernel/ids.ts";
import type { OperationKind, OperationSubject } from "../../../operations/operation-kind.ts";
import { findOperation } from "../../../store/operations.ts";
import type { StoredOperation } from "../../../store/operations.ts";
import type { Transaction } from "../../../store/store.ts";
import { beginWork, cacheType, writeResponse } from "../cache-type.ts";
import type { CacheServices } from "../cache-type.ts";
import { approvalAction } from "../private-endpoint-connections/connection-proxy.ts";
import { clusterBodies, clusterWork, clusters, removeCluster, requireCluster, waitingFor } from "./cluster.ts";
import type { ClusterDocument, ClusterStates, ResourceState, StoredCluster } from "./cluster.ts";
import { listSkusForScaling } from "./list-skus-for-scaling.ts";
import { patchCluster, putCluster } from "./put-cluster.ts";

const approval = {
  action: approvalAction,
  display: {
    operation: "Approve Private Endpoint Connections",
    description: "Approves the private endpoint connections that its holder asks for.",
  },
};

/** `Microsoft.Cache/redisEnterprise`: a cluster, the parent of all other types of this provider. */
export const clusterType = (services: CacheServices): ResourceType =>
  cacheType(clusters.types, {
    tracked: true,
    operations: {
      get: getCluster(services),
      put: putCluster(services),
      patch: patchCluster(services),
      delete: deleteCluster(services),
      list: listInGroup(services),
      listBySubscription: listAll(services),
      actions: { listSkusForScaling: listSkusForScaling(services) },
    },
    listedActions: [approval],
  });

const readAction = `${clusters.type}/read`;

const getCluster = ({ store }: CacheServices): ArmOperation => ({
  action: readAction,
  display: { operation: "Get Cluster", description: "Reads a cluster." },
  async handle(request) {
    const [body] = await clusterBodies(store, [await requireCluster(store, request)], request);
    return providerResponse(200, body);
  },
});

const listInGroup = (services: CacheServices): ArmOperation => ({
  action: readAction,
  display: { operation: "List Clusters of Resource Group", description: "Lists the clusters of a resource group." },
  async handle(request) {
    const found = await clusters.children(services.store, scopeId(request.path).toLowerCase());
    return listResponse(services, request, found);
  },
});

const listAll = (services: CacheServices): ArmOperation => ({
  action: readAction,
  display: { operation: "List Clusters", description: "Lists the clusters of a subscription." },
  async handle(request) {
    return listResponse(services, request, await clusters.inSubscription(services.store, request.subscriptionKey));
  },
});

/**
 * ARM merges what the provider lists in each region, and never pages it. Its response names the requests to the provider,
 * one for each region that has clusters, and the provider's build where it asked one region (recorded).
 */
async function listResponse(
  { store }: CacheServices,
  request: ArmRequest,
  found: readonly StoredCluster[],
): Promise<ArmResponse> {
  const regions = new Set(found.map(({ document }) => document.location));
  const ids = [...regions].map(() => newUuid());
  return gatewayResponse(
    200,
    { value: await clusterBodies(store, found, request) },
    {
      ...(regions.size === 0 ? {} : { "x-ms-original-request-ids": ids.join(",") }),
      ...(regions.size === 1 ? { "x-rp-server-mvid": serverMvid } : {}),
    },
  );
}

/**
 * 200 when the cluster is removed with the response, 204 when there was none; 202 with the cluster as body while its
 * removal takes time (recorded), also for a repeated DELETE. Any other operation on the cluster is cancelled.
 */
const deleteCluster = (services: CacheServices): ArmOperation => ({
  action: `${clusters.type}/delete`,
  display: { operation: "Delete Cluster", description: "Deletes a cluster and everything below it." },
  handle(request) {
    return write(services, request, async (tx, nowMs) => {
      const cluster = await clusters.find(tx, request.resourceId);
      if (cluster === undefined)
        return { response: writeResponse(services, request, { status: 204, operation: undefined }) };
      const running = await deletionInProgress(tx, cluster);
      if (running !== undefined) return accepted(services, request, { tx, cluster, operation: running });
      await services.operations.cancelAll(tx, cluster.id);
      const operation = await beginWork(services, tx, cluster, { kind: clusterWork.delete, resourceId: cluster.id });
      if (operation === undefined) {
        await removeCluster(tx, cluster, { ...services, nowMs });
        return { response: writeResponse(services, request, { status: 200, operation }) };
      }
      const document = { ...cluster.document, ...waitingFor(operation, "Deleting") };
      const deleting = await clusters.update(tx, cluster, { document }, nowMs);
      return accepted(services, request, { tx, cluster: deleting, operation });
    });
  },
});

async function deletionInProgress(tx: Transaction, { document }: StoredCluster): Promise<StoredOperation | undefined> {
  if (document.provisioningState !== "Deleting" || document.operationId === undefined) return undefined;
  const operation = await findOperation(tx, document.operationId);
  return operation?.dueAtMs === undefined ? undefined : operation;
}

async function accepted(
  services: CacheServices,
  request: ArmRequest,
  { tx, cluster, operation }: { tx: Transaction; cluster: StoredCluster; operation: StoredOperation },
): Promise<Written> {
  const [body] = await clusterBodies(tx, [cluster], request);
  return { response: writeResponse(services, request, { status: 202, body, operation }) };
}

const minuteMs = 60_000;

/** What ends the writes and deletions of clusters that do not end before the response. */
export function clusterOperations(services: Pick<CacheServices, "clock" | "operations" | "consumer">): OperationKind[] {
  const { clock } = services;
  const end =
    (states: (document: ClusterDocument) => ClusterStates) =>
    async (tx: Transaction, subject: OperationSubject): Promise<void> => {
      const cluster = await findWaiting(tx, subject);
      if (cluster === undefined) return;
      const document = { ...cluster.document, ...states(cluster.document) };
      await clusters.update(tx, cluster, { document }, clock.nowMs());
    };
  const succeed = end(() => waitingFor(undefined, "Updating"));
  const fail = end(failedStates);
  const remove = async (tx: Transaction, subject: OperationSubject): Promise<void> => {
    const cluster = await findWaiting(tx, subject);
    if (cluster !== undefined) await removeCluster(tx, cluster, { ...services, nowMs: clock.nowMs() });
  };
  return [
    // Recorded 2025 and 2026: created in 4 to 10 minutes, deleted in 5.
    { name: clusterWork.create, azureDurationMs: 5 * minuteMs, succeed, fail },
    { name: clusterWork.update, azureDurationMs: 4 * minuteMs, succeed, fail },
    { name: clusterWork.delete, azureDurationMs: 5 * minuteMs, succeed: remove, fail },
  ];
}

/** The cluster of an operation. Undefined when it waits for a later one, or is removed. */
async function findWaiting(tx: Transaction, { id, resourceId }: OperationSubject): Promise<StoredCluster | undefined> {
  const cluster = await clusters.find(tx, resourceId);
  return cluster?.document.operationId === id ? cluster : undefined;
}

const failures: Readonly<Partial<Record<ResourceState, ResourceState>>> = {
  Creating: "CreateFailed",
  Scaling: "ScalingFailed",
  Deleting: "DeleteFailed",
};

/** The states of a cluster whose operation has failed. */
const failedStates = ({ resourceState }: ClusterDocument): ClusterStates => ({
  provisioningState: "Failed",
  resourceState: failures[resourceState] ?? "UpdateFailed",
  operationId: undefined,
});
