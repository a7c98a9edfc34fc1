import { providerResponse } from "../../../arm/arm-response.ts";
import type { ArmOperation, ArmRequest, ResourceType } from "../../../arm/resource-type.ts";
import { asType } from "../../../store/resources.ts";
import type { StoredResource } from "../../../store/resources.ts";
import { clusterTypeKey } from "../clusters/cluster-document.ts";
import type { ClusterDocument } from "../clusters/cluster-document.ts";
import { cacheType } from "../cache-type.ts";
import { privateLinkGroupId, privateLinkZone } from "./private-link-group.ts";

/** `privateLinkResources` of a cluster: the one thing in it that a private endpoint can lead to. It can only be listed. */
export const privateLinkResourceType = (): ResourceType =>
  cacheType(["redisEnterprise", "privateLinkResources"], {
    operations: { list: listOfCluster },
  });

const listOfCluster: ArmOperation = {
  action: "Microsoft.Cache/redisEnterprise/privateLinkResources/read",
  display: {
    operation: "List Private Link Resources",
    description: "Lists what private endpoints of a cluster can lead to.",
  },
  async handle(request) {
    return providerResponse(200, { value: [privateLinkResource(clusterAbove(request))] });
  },
};

/** The pipeline has found the cluster: without one the request would not have come this far. */
function clusterAbove({ ancestors }: ArmRequest): StoredResource<ClusterDocument> {
  const cluster = ancestors.at(-1);
  if (cluster === undefined) throw new Error("A private link resource needs its cluster.");
  return asType<ClusterDocument>(cluster, clusterTypeKey);
}

/** In the recorded order (2024). */
function privateLinkResource({ id, document }: StoredResource<ClusterDocument>): object {
  return {
    properties: {
      groupId: privateLinkGroupId,
      requiredMembers: [privateLinkGroupId],
      requiredZoneNames: [privateLinkZone(document.kind)],
    },
    id: `${id}/privateLinkResources/${privateLinkGroupId}`,
    name: privateLinkGroupId,
    type: "Microsoft.Cache/redisEnterprise/privateLinkResources",
  };
}
