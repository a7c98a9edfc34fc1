import type { ArmError } from "../../../arm/arm-error.ts";
import { resourceNotFound } from "../../../arm/errors.ts";
import type { ArmRequest } from "../../../arm/resource-type.ts";
import type { Transaction } from "../../../store/store.ts";
import { listConnections } from "../private-endpoint-connections/connection-store.ts";
import { clusterBody } from "./cluster-body.ts";
import type { StoredCluster } from "./cluster-store.ts";

/** A cluster's body with the connections that it has now. */
export async function bodyOf(
  tx: Transaction,
  cluster: StoredCluster,
  view: { apiVersion: string; isCreation?: boolean },
): Promise<object> {
  return clusterBody(cluster, { ...view, connections: await listConnections(tx, cluster.id) });
}

/** ARM's own 404 for a tracked resource, with type and name as the caller spelled them. */
export const clusterNotFound = ({ path }: Pick<ArmRequest, "path">): ArmError =>
  resourceNotFound({
    type: `${path.namespace}/${path.types[0] ?? ""}`,
    name: path.names[0] ?? "",
    group: path.resourceGroup ?? "",
  });
