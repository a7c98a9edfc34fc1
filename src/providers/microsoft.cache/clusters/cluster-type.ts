import { gatewayResponse, type ResourceType } from "../../../arm/resource-type.ts";
import { lifecycleOperations, lifecycleWork, type Dialect, type Lifecycle } from "../../../arm/lifecycle.ts";
import { serverMvid } from "../../../arm/response-headers.ts";
import { newUuid } from "../../../kernel/ids.ts";
import { cacheDialect, cacheType, shownRegion, type CacheServices } from "../cache-type.ts";
import { approvalAction } from "../connection-proxy.ts";
import { clusterBodies, clusterNotFound, clusterWork, clusters, removeCluster } from "./cluster.ts";
import type { ClusterDocument, ResourceState } from "./cluster.ts";
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
export function clusterType(services: CacheServices): ResourceType {
  const life = lifecycle(services);
  return cacheType(clusters.types, {
    tracked: true,
    operations: {
      ...lifecycleOperations(life),
      put: putCluster(services),
      patch: patchCluster(services),
      actions: { listSkusForScaling: listSkusForScaling(services) },
    },
    listedActions: [approval],
    work: lifecycleWork(life),
    genericView(resource) {
      const { kind, sku, zones, identity } = clusters.cast(resource).document;
      return { kind, sku, ...(zones === undefined ? {} : { zones }), identity };
    },
  });
}

/** A DELETE returns the cluster as body while its removal takes time (recorded). */
const lifecycle = (services: CacheServices): Lifecycle<ClusterDocument> => ({
  kind: clusters,
  dialect: { ...cacheDialect(services), listResponse: mergedList },
  noun: "Cluster",
  plural: "Clusters",
  work: clusterWork,
  bodies: clusterBodies,
  notFound: clusterNotFound,
  locationOf: (_from, { document }) => shownRegion(document.location),
  deleting: (document) => ({ ...document, resourceState: "Deleting" }),
  settle: (document, outcome) => ({
    ...document,
    resourceState: outcome === "Succeeded" ? "Running" : (failures[document.resourceState] ?? "UpdateFailed"),
  }),
  remove: (tx, cluster) => removeCluster(tx, cluster, services),
});

/** The states after an operation that fails. */
const failures: Readonly<Partial<Record<ResourceState, ResourceState>>> = {
  Creating: "CreateFailed",
  Scaling: "ScalingFailed",
  Deleting: "DeleteFailed",
};

/**
 * ARM merges what the provider lists in each region, and never pages it. The response names the requests to the provider,
 * one for each region that has clusters, and the provider's build where there was one request (recorded).
 */
const mergedList: Dialect["listResponse"] = (resources) => {
  const regions = new Set(resources.map((resource) => clusters.cast(resource).document.location));
  const ids = [...regions].map(() => newUuid());
  return gatewayResponse(200, undefined, {
    ...(regions.size === 0 ? {} : { "x-ms-original-request-ids": ids.join(",") }),
    ...(regions.size === 1 ? { "x-rp-server-mvid": serverMvid } : {}),
  });
};
