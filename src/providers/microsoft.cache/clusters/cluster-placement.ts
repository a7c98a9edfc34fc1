import type { ClusterKind } from "../skus.ts";
import { hasZones } from "../../../kernel/regions.ts";
import type { ClusterDocument } from "./cluster-document.ts";

/** Where a cluster's replicas are: in several zones, in one place, or nowhere. v1 spreads only over zones that it is given. */
export function redundancyOf(
  cluster: Pick<ClusterDocument, "kind" | "location" | "zones" | "highAvailability">,
): ClusterDocument["redundancyMode"] {
  if (cluster.highAvailability === "Disabled") return "None";
  const isSpread = cluster.kind === "v1" ? cluster.zones !== undefined : hasZones(cluster.location);
  return isSpread ? "ZR" : "LR";
}

/** The name that clients of a cluster dial; `location` is a region name. */
export const hostNameOf = ({ name, location, kind }: { name: string; location: string; kind: ClusterKind }): string =>
  `${name}.${location}.${kind === "v1" ? "redisenterprise.cache.azure.net" : "redis.azure.net"}`;
