import { resourceKind } from "../../../arm/resource-kind.ts";
import { parentIdOf } from "../../../arm/resource-id.ts";
import type { PrivateLinkConsumer } from "../../../private-link/contract.ts";
import type { ConnectionStatus } from "../../../private-link/state-machine.ts";
import { removeResource } from "../../../store/resources.ts";
import type { StoredResource, Transaction } from "../../../store/store.ts";
import { hasFeature } from "../api-versions.ts";
import { cacheNamespace } from "../cache-type.ts";

/** What is stored of a private endpoint connection. */
export interface ConnectionDocument {
  readonly name: string;
  readonly privateEndpointId: string;
  readonly groupIds: readonly string[];
  readonly status: ConnectionStatus;
  readonly description: string;
  readonly actionsRequired: string;
  /** `Updating` is not in the published enum, but is what the service returns (recorded 2024). */
  readonly provisioningState: "Succeeded" | "Updating" | "Deleting";
  /** The operation that the provisioning state waits for; a later one takes its place. */
  readonly operationId: string | undefined;
}

export type StoredConnection = StoredResource<ConnectionDocument>;

export const connections = resourceKind<ConnectionDocument>(cacheNamespace, [
  "redisEnterprise",
  "privateEndpointConnections",
]);

/** The work on connections that may take longer than a response. Recorded 2024: a rejection took 19 s, a deletion 3 s. */
export const connectionWork = {
  write: { name: "redisEnterprise.connection.write", azureDurationMs: 19_000 },
  delete: { name: "redisEnterprise.connection.delete", azureDurationMs: 3_000 },
} as const;

/** Documented: a cluster takes at most this many private links. */
export const maxConnections = 84;

/** A connection as clients read it, by itself and inside its cluster. */
export function connectionBody({ id, document }: StoredConnection, apiVersion: string): object {
  const { name, provisioningState, privateEndpointId, status, description, actionsRequired, groupIds } = document;
  return {
    id,
    name,
    type: connections.type,
    properties: {
      provisioningState,
      privateEndpoint: { id: privateEndpointId },
      ...(hasFeature(apiVersion, "connectionGroupIds") ? { groupIds } : {}),
      privateLinkServiceConnectionState: { status, description, actionsRequired },
    },
  };
}

/** The id of a connection. */
export const connectionId = (clusterId: string, name: string): string =>
  `${clusterId}/privateEndpointConnections/${name}`;

/** Removes a connection from the owner's side and notifies the consumer's. */
export async function removeConnection(
  tx: Transaction,
  connection: StoredConnection,
  consumer: PrivateLinkConsumer | undefined,
): Promise<void> {
  await removeResource(tx, connection);
  const { privateEndpointId } = connection.document;
  await consumer?.connectionRemoved(tx, { privateEndpointId, targetId: parentIdOf(connection.id) });
}
