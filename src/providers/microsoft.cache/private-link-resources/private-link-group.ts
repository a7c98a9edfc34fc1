import type { ClusterKind } from "../skus.ts";

/** The one sub-resource of a cluster that a private endpoint can lead to (recorded 2024). */
export const privateLinkGroupId = "redisEnterprise";

/** The private DNS zone that a private endpoint's name belongs in. */
export const privateLinkZone = (kind: ClusterKind): string =>
  kind === "v1" ? "privatelink.redisenterprise.cache.azure.net" : "privatelink.redis.azure.net";
