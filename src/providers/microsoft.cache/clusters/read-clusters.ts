import { gatewayResponse, providerResponse } from "../../../arm/arm-response.ts";
import { scopeId } from "../../../arm/resource-id.ts";
import { serverMvid } from "../../../arm/server-mvid.ts";
import type { ArmOperation, ArmRequest } from "../../../arm/resource-type.ts";
import { newUuid } from "../../../kernel/ids.ts";
import { listConnections } from "../private-endpoint-connections/connection-store.ts";
import { findSku, scalingTargets } from "../skus.ts";
import { features } from "../api-versions.ts";
import { clusterNotFound } from "./cluster-answer.ts";
import { clusterBody } from "./cluster-body.ts";
import type { ClusterServices } from "./cluster-services.ts";
import { connectionsByCluster, findCluster, listClustersOfGroup, listClustersOfSubscription } from "./cluster-store.ts";
import type { StoredCluster } from "./cluster-store.ts";

const readAction = "Microsoft.Cache/redisEnterprise/read";

/** One cluster. */
export const getCluster = ({ store }: ClusterServices): ArmOperation => ({
  action: readAction,
  display: { operation: "Get Cluster", description: "Reads a cluster." },
  async handle(request) {
    const cluster = await findCluster(store, request.resourceId);
    if (cluster === undefined) throw clusterNotFound(request);
    const connections = await listConnections(store, cluster.id);
    return providerResponse(200, clusterBody(cluster, { apiVersion: request.apiVersion, connections }));
  },
});

/** The clusters of a resource group. ARM merges such lists, and never pages them (recorded). */
export const listInGroup = (services: ClusterServices): ArmOperation => ({
  action: readAction,
  display: { operation: "List Clusters of Resource Group", description: "Lists the clusters of a resource group." },
  async handle(request) {
    const clusters = await listClustersOfGroup(services.store, scopeId(request.path));
    return gatewayResponse(200, await listBody(services, request, clusters), mergedHeaders(clusters));
  },
});

/** The clusters of a subscription. */
export const listAll = (services: ClusterServices): ArmOperation => ({
  action: readAction,
  display: { operation: "List Clusters", description: "Lists the clusters of a subscription." },
  async handle(request) {
    const clusters = await listClustersOfSubscription(services.store, request.path.subscriptionId ?? "");
    return gatewayResponse(200, await listBody(services, request, clusters), mergedHeaders(clusters));
  },
});

/** ARM names its requests to the provider, one a region that has clusters, and the provider's build where it asked one (recorded). */
function mergedHeaders(clusters: readonly StoredCluster[]): Record<string, string> {
  const regions = new Set(clusters.map(({ document }) => document.location));
  if (regions.size === 0) return {};
  const ids = [...regions].map(() => newUuid());
  return {
    "x-ms-original-request-ids": ids.join(","),
    ...(regions.size === 1 ? { "x-rp-server-mvid": serverMvid } : {}),
  };
}

async function listBody(
  { store }: ClusterServices,
  { path, apiVersion }: ArmRequest,
  clusters: readonly StoredCluster[],
): Promise<object> {
  const connections = await connectionsByCluster(store, path.subscriptionId ?? "");
  const value = clusters.map((each) => clusterBody(each, { apiVersion, connections: connections.get(each.key) ?? [] }));
  return { value };
}

/** The SKUs that a cluster can be scaled to, with their sizes. */
export const listSkusForScaling = ({ store }: ClusterServices): ArmOperation => ({
  action: "Microsoft.Cache/redisEnterprise/listSkusForScaling/action",
  display: { operation: "List SKUs for Scaling", description: "Lists the SKUs that a cluster can be scaled to." },
  apiVersions: [...features.listSkusForScaling],
  async handle(request) {
    const cluster = await findCluster(store, request.resourceId);
    if (cluster === undefined) throw clusterNotFound(request);
    const sku = findSku(cluster.document.sku.name);
    const targets = sku === undefined ? [] : scalingTargets(sku);
    return providerResponse(200, { skus: targets.map(({ name, sizeInGb }) => ({ name, sizeInGB: sizeInGb })) });
  },
});
