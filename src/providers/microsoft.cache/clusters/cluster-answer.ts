import { providerResponse } from "../../../arm/arm-response.ts";
import type { ArmResponse } from "../../../arm/arm-response.ts";
import type { ArmError } from "../../../arm/arm-error.ts";
import { resourceNotFound } from "../../../arm/errors.ts";
import { writeHeaders } from "../../../arm/long-running.ts";
import type { ArmRequest } from "../../../arm/resource-type.ts";
import { regionDisplayName } from "../../../kernel/regions.ts";
import type { StoredOperation } from "../../../store/operations.ts";
import type { Transaction } from "../../../store/store.ts";
import { listConnections } from "../private-endpoint-connections/connection-store.ts";
import { clusterBody } from "./cluster-body.ts";
import type { ClusterServices } from "./cluster-services.ts";
import type { StoredCluster } from "./cluster-store.ts";

/** The answer to a write; while its work goes on, the content type comes without a charset (recorded 2026). */
export function writeResponse(
  { timing }: Pick<ClusterServices, "timing">,
  request: ArmRequest,
  answer: { status: number; body?: object | undefined; operation: StoredOperation | undefined },
): ArmResponse {
  const { status, body, operation } = answer;
  const headers = writeHeaders({ request, timing, operation, namespace: "Microsoft.Cache" });
  const response = providerResponse(status, body, headers);
  return operation === undefined ? response : { ...response, contentType: "application/json" };
}

/** A cluster's body with the connections that it has now. */
export async function bodyOf(
  tx: Transaction,
  cluster: StoredCluster,
  view: { apiVersion: string; isCreation?: boolean },
): Promise<object> {
  return clusterBody(cluster, { ...view, connections: await listConnections(tx, cluster.id) });
}

/** Begins long-running work on a cluster; undefined when it is to be done at once. */
export const beginOn = (
  { operations }: Pick<ClusterServices, "operations">,
  tx: Transaction,
  cluster: { id: string; subscriptionKey: string; location: string },
  kind: string,
): Promise<StoredOperation | undefined> =>
  operations.begin(tx, {
    kind,
    subscriptionKey: cluster.subscriptionKey,
    resourceId: cluster.id,
    location: regionDisplayName(cluster.location) ?? cluster.location,
    input: {},
  });

/** ARM's own 404 for a tracked resource, with type and name as the caller spelled them. */
export const clusterNotFound = ({ path }: Pick<ArmRequest, "path">): ArmError =>
  resourceNotFound({
    type: `${path.namespace}/${path.types[0] ?? ""}`,
    name: path.names[0] ?? "",
    group: path.resourceGroup ?? "",
  });
