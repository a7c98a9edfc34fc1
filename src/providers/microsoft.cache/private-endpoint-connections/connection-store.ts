import type { PrivateLinkConsumer } from "../../../private-link/contract.ts";
import { findResource, listChildren, removeResource, updateResource } from "../../../store/resources.ts";
import type { StoredResource } from "../../../store/resources.ts";
import type { Queryable, Transaction } from "../../../store/store.ts";
import { connectionTypeKey } from "./connection-document.ts";
import type { ConnectionDocument } from "./connection-document.ts";

export type StoredConnection = StoredResource<ConnectionDocument>;

/** The connections of a cluster, by name. */
export const listConnections = (from: Queryable, clusterId: string): Promise<StoredConnection[]> =>
  listChildren<ConnectionDocument>(from, { parentKey: clusterId.toLowerCase(), typeKey: connectionTypeKey });

/** The connection with this id, in any case. */
export const findConnection = (from: Queryable, id: string): Promise<StoredConnection | undefined> =>
  findResource<ConnectionDocument>(from, id);

/** Writes an existing connection anew. */
export const saveConnection = (
  tx: Transaction,
  connection: StoredConnection,
  document: ConnectionDocument,
  nowMs: number,
): Promise<StoredConnection> => updateResource(tx, connection, { document }, nowMs);

/** The id of a connection. */
export const connectionId = (clusterId: string, name: string): string =>
  `${clusterId}/privateEndpointConnections/${name}`;

/** Removes a connection from the owner's side and tells the consumer's. */
export async function removeConnection(
  tx: Transaction,
  connection: StoredConnection,
  context: { consumer: PrivateLinkConsumer | undefined; nowMs: number },
): Promise<void> {
  await removeResource(tx, connection, context.nowMs);
  const { privateEndpointId } = connection.document;
  await context.consumer?.connectionRemoved(tx, { privateEndpointId, targetId: clusterIdOf(connection) });
}

/** The id of the cluster that a connection belongs to. */
export const clusterIdOf = ({ id }: Pick<StoredConnection, "id">): string => id.split("/").slice(0, -2).join("/");
