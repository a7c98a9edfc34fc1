import type { ResourceType } from "../../../arm/resource-type.ts";
import { cacheType } from "../cache-type.ts";
import type { ClusterServices } from "./cluster-services.ts";
import { approvalAction } from "../private-endpoint-connections/proxy-type.ts";
import { deleteCluster } from "./delete-cluster.ts";
import { patchCluster } from "./patch-cluster.ts";
import { putCluster } from "./put-cluster.ts";
import { getCluster, listAll, listInGroup, listSkusForScaling } from "./read-clusters.ts";

const approval = {
  action: approvalAction,
  display: {
    operation: "Approve Private Endpoint Connections",
    description: "Approves the private endpoint connections that its holder asks for.",
  },
};

/** `Microsoft.Cache/redisEnterprise`: a cluster, which everything else of this provider belongs to. */
export function clusterType(services: ClusterServices): ResourceType {
  return cacheType(["redisEnterprise"], {
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
}
