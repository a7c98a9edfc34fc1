import type { OperationEngine } from "../../../operations/operation-engine.ts";
import type { PrivateLinkConsumer } from "../../../private-link/contract.ts";
import {
  asType,
  findResource,
  listBelow,
  listChildren,
  listInSubscription,
  removeResource,
  updateResource,
} from "../../../store/resources.ts";
import type { StoredResource } from "../../../store/resources.ts";
import type { Queryable, Transaction } from "../../../store/store.ts";
import { connectionTypeKey } from "../private-endpoint-connections/connection-document.ts";
import type { ConnectionDocument } from "../private-endpoint-connections/connection-document.ts";
import { removeConnection } from "../private-endpoint-connections/connection-store.ts";
import type { StoredConnection } from "../private-endpoint-connections/connection-store.ts";
import { clusterTypeKey } from "./cluster-document.ts";
import type { ClusterDocument } from "./cluster-document.ts";

export type StoredCluster = StoredResource<ClusterDocument>;

/** The cluster with this id, in any case. */
export async function findCluster(from: Queryable, id: string): Promise<StoredCluster | undefined> {
  const found = await findResource<ClusterDocument>(from, id);
  return found?.typeKey === clusterTypeKey ? found : undefined;
}

/** The clusters of a resource group, by name. */
export const listClustersOfGroup = (from: Queryable, groupId: string): Promise<StoredCluster[]> =>
  listChildren<ClusterDocument>(from, { parentKey: groupId.toLowerCase(), typeKey: clusterTypeKey });

/** The clusters of a subscription, by id. */
export const listClustersOfSubscription = (from: Queryable, subscriptionId: string): Promise<StoredCluster[]> =>
  listInSubscription<ClusterDocument>(from, { subscriptionKey: subscriptionId.toLowerCase(), typeKey: clusterTypeKey });

/** The connections of all clusters in a subscription, by the key of their cluster: one query for a whole list. */
export async function connectionsByCluster(
  from: Queryable,
  subscriptionId: string,
): Promise<ReadonlyMap<string, StoredConnection[]>> {
  const scope = { subscriptionKey: subscriptionId.toLowerCase(), typeKey: connectionTypeKey };
  const connections = await listInSubscription<ConnectionDocument>(from, scope);
  return Map.groupBy(connections, ({ parentKey }) => parentKey);
}

/** Writes an existing cluster anew, under the id that it is given with. */
export const saveCluster = (
  tx: Transaction,
  cluster: StoredCluster,
  document: ClusterDocument,
  nowMs: number,
): Promise<StoredCluster> => updateResource(tx, cluster, { document }, nowMs);

/** What taking a cluster away involves. */
export interface RemovalContext {
  readonly operations: OperationEngine;
  readonly consumer: PrivateLinkConsumer | undefined;
  readonly nowMs: number;
}

/** Removes a cluster and all below it. An operation on the cluster itself, which may be this very removal, goes on. */
export async function removeCluster(tx: Transaction, cluster: StoredCluster, context: RemovalContext): Promise<void> {
  await removeBelow(tx, cluster, context);
  await removeResource(tx, cluster, context.nowMs);
}

/** Removes all below a cluster, ends what is under way there, and tells the other side of its connections. */
export async function removeBelow(
  tx: Transaction,
  { key }: Pick<StoredCluster, "key">,
  context: RemovalContext,
): Promise<void> {
  const below = await listBelow(tx, key);
  for (const resource of below.toReversed()) {
    await context.operations.cancelAll(tx, resource.id);
    if (resource.typeKey !== connectionTypeKey) await removeResource(tx, resource, context.nowMs);
    else await removeConnection(tx, asType<ConnectionDocument>(resource, connectionTypeKey), context);
  }
}
