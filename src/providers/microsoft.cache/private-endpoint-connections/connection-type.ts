import { providerResponse } from "../../../arm/arm-response.ts";
import { providerResourceNotFound } from "../../../arm/errors.ts";
import { parentIdOf } from "../../../arm/resource-id.ts";
import type { ArmOperation, ResourceType } from "../../../arm/resource-type.ts";
import { write } from "../../../arm/write.ts";
import type { OperationKind, OperationSubject } from "../../../operations/operation-kind.ts";
import { findOperation } from "../../../store/operations.ts";
import type { StoredOperation } from "../../../store/operations.ts";
import type { Transaction } from "../../../store/store.ts";
import { hasFeature } from "../api-versions.ts";
import { beginWork, cacheType, writeResponse } from "../cache-type.ts";
import type { CacheServices } from "../cache-type.ts";
import { clusters } from "../clusters/cluster.ts";
import { connectionBody, connectionWork, connections, removeConnection } from "./connection.ts";
import type { StoredConnection } from "./connection.ts";
import { putConnection, waitingFor } from "./put-connection.ts";

/** `privateEndpointConnections` of a cluster: what its owner sees and decides. */
export const connectionType = (services: CacheServices): ResourceType =>
  cacheType(connections.types, {
    operations: {
      get: getConnection(services),
      list: listOfCluster(services),
      put: putConnection(services),
      delete: deleteConnection(services),
    },
  });

const getConnection = ({ store }: CacheServices): ArmOperation => ({
  action: `${connections.type}/read`,
  display: {
    operation: "Get Private Endpoint Connection",
    description: "Reads a private endpoint connection of a cluster.",
  },
  async handle({ resourceId, apiVersion }) {
    const connection = await connections.find(store, resourceId);
    if (connection === undefined) throw providerResourceNotFound();
    return providerResponse(200, connectionBody(connection, apiVersion));
  },
});

const listOfCluster = ({ store }: CacheServices): ArmOperation => ({
  action: `${connections.type}/read`,
  display: {
    operation: "List Private Endpoint Connections",
    description: "Lists the private endpoint connections of a cluster.",
  },
  async handle({ resourceId, apiVersion }) {
    const found = await connections.children(store, resourceId.toLowerCase());
    return providerResponse(200, { value: found.map((each) => connectionBody(each, apiVersion)) });
  },
});

/** 200 when it existed, 204 when not; 202 where the version has it and the deletion takes time, also for a repeated DELETE. */
const deleteConnection = (services: CacheServices): ArmOperation => ({
  action: `${connections.type}/delete`,
  display: {
    operation: "Delete Private Endpoint Connection",
    description: "Removes a private endpoint connection from a cluster.",
  },
  handle(request) {
    return write(services, request, async (tx, nowMs) => {
      const connection = await connections.find(tx, request.resourceId);
      if (connection === undefined)
        return { response: writeResponse(services, request, { status: 204, operation: undefined }) };
      const running = await deletionInProgress(tx, connection);
      if (running === undefined) await services.operations.cancelAll(tx, connection.id);
      const operation = hasFeature(request.apiVersion, "asynchronousConnectionDelete")
        ? (running ?? (await beginDeletion(services, tx, connection)))
        : undefined;
      if (operation === undefined) {
        await removeConnection(tx, connection, { consumer: services.consumer, nowMs });
      } else {
        const document = { ...connection.document, ...waitingFor(operation, "Deleting") };
        await connections.update(tx, connection, { document }, nowMs);
      }
      const status = operation === undefined ? 200 : 202;
      return {
        response: writeResponse(services, request, { status, operation, keepsCharset: true }),
        detail: { from: connection.document.status },
      };
    });
  },
});

/** The deletion in progress on a connection. Its operation succeeds even when the connection is removed first. */
async function deletionInProgress(
  tx: Transaction,
  { document }: StoredConnection,
): Promise<StoredOperation | undefined> {
  if (document.provisioningState !== "Deleting" || document.operationId === undefined) return undefined;
  return findOperation(tx, document.operationId);
}

async function beginDeletion(
  services: CacheServices,
  tx: Transaction,
  { id }: StoredConnection,
): Promise<StoredOperation | undefined> {
  const cluster = await clusters.require(tx, parentIdOf(id));
  return beginWork(services, tx, cluster, { kind: connectionWork.delete, resourceId: id });
}

/** What ends the writes and deletions of connections that do not end before the response. */
export function connectionOperations({ clock, consumer }: Pick<CacheServices, "clock" | "consumer">): OperationKind[] {
  const settle = async (tx: Transaction, subject: OperationSubject): Promise<void> => {
    const connection = await findWaiting(tx, subject);
    if (connection === undefined) return;
    const document = { ...connection.document, ...waitingFor(undefined, "Updating") };
    await connections.update(tx, connection, { document }, clock.nowMs());
  };
  const remove = async (tx: Transaction, subject: OperationSubject): Promise<void> => {
    const connection = await findWaiting(tx, subject);
    if (connection !== undefined) await removeConnection(tx, connection, { consumer, nowMs: clock.nowMs() });
  };
  return [
    // Recorded 2024: a rejection took 19 s, a delete 3 s.
    { name: connectionWork.write, azureDurationMs: 19_000, succeed: settle, fail: settle },
    { name: connectionWork.delete, azureDurationMs: 3_000, succeed: remove, fail: settle },
  ];
}

/** The connection of an operation. Undefined when it waits for a later one, or is removed and perhaps created again. */
async function findWaiting(
  tx: Transaction,
  { id, resourceId }: OperationSubject,
): Promise<StoredConnection | undefined> {
  const connection = await connections.find(tx, resourceId);
  return connection?.document.operationId === id ? connection : undefined;
}
