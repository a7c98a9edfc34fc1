import { providerResponse, type ResourceType } from "../../../arm/resource-type.ts";
import { cacheType } from "../cache-type.ts";
import { clusters, privateLinkZone, type StoredCluster } from "../clusters/cluster.ts";

/** The one sub-resource of a cluster that a private endpoint can lead to (recorded 2024). */
export const privateLinkGroupId = "redisEnterprise";

/** `privateLinkResources` of a cluster: the one sub-resource that a private endpoint can lead to. It can only be listed. */
export const privateLinkResourceType = (): ResourceType =>
  cacheType(["redisEnterprise", "privateLinkResources"], {
    operations: {
      list: {
        action: "Microsoft.Cache/redisEnterprise/privateLinkResources/read",
        display: {
          operation: "List Private Link Resources",
          description: "Lists what private endpoints of a cluster can lead to.",
        },
        async handle({ ancestors }) {
          const cluster = ancestors.at(-1);
          // The pipeline refuses a request whose parent does not exist.
          if (cluster === undefined) throw new Error("A private link resource needs its cluster.");
          return providerResponse(200, { value: [privateLinkResource(clusters.cast(cluster))] });
        },
      },
    },
  });

/** In the recorded order (2024). */
const privateLinkResource = ({ id, document }: StoredCluster): object => ({
  properties: {
    groupId: privateLinkGroupId,
    requiredMembers: [privateLinkGroupId],
    requiredZoneNames: [privateLinkZone(document.kind)],
  },
  id: `${id}/privateLinkResources/${privateLinkGroupId}`,
  name: privateLinkGroupId,
  type: "Microsoft.Cache/redisEnterprise/privateLinkResources",
});
