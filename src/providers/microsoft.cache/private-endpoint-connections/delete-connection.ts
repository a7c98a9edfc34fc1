import type { ArmOperation } from "../../../arm/resource-type.ts";
import { write } from "../../../arm/write.ts";
import { findOperation } from "../../../store/operations.ts";
import type { StoredOperation } from "../../../store/operations.ts";
import { findResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { hasFeature } from "../api-versions.ts";
import type { ClusterDocument } from "../clusters/cluster-document.ts";
import { connectionKinds } from "./connection-operations.ts";
import { connectionAction } from "./connection-services.ts";
import type { ConnectionServices } from "./connection-services.ts";
import { clusterIdOf, findConnection, removeConnection, saveConnection } from "./connection-store.ts";
import type { StoredConnection } from "./connection-store.ts";
import { beginOnConnection, connectionAnswer, waitingFor } from "./connection-write.ts";

/** 200 when it existed, 204 when not; 202 where the version has it and the work takes its time, however often it is asked for. */
export const deleteConnection = (services: ConnectionServices): ArmOperation => ({
  action: `${connectionAction}/delete`,
  display: {
    operation: "Delete Private Endpoint Connection",
    description: "Removes a private endpoint connection from a cluster.",
  },
  handle(request) {
    return write(services, request, async (tx, nowMs) => {
      const connection = await findConnection(tx, request.resourceId);
      if (connection === undefined) {
        return { response: connectionAnswer(services, request, { status: 204, operation: undefined }) };
      }
      const running = await runningDelete(tx, connection);
      if (running === undefined) await services.operations.cancelAll(tx, connection.id);
      const operation = hasFeature(request.apiVersion, "asynchronousConnectionDelete")
        ? (running ?? (await begin(services, tx, connection)))
        : undefined;
      if (operation === undefined) await removeConnection(tx, connection, { consumer: services.consumer, nowMs });
      else
        await saveConnection(tx, connection, { ...connection.document, ...waitingFor(operation, "Deleting") }, nowMs);
      const status = operation === undefined ? 200 : 202;
      return {
        response: connectionAnswer(services, request, { status, operation }),
        detail: { from: connection.document.status },
      };
    });
  },
});

/** A delete that goes on: its operation ends well also when the connection is gone before. */
async function runningDelete(tx: Transaction, { document }: StoredConnection): Promise<StoredOperation | undefined> {
  if (document.provisioningState !== "Deleting" || document.operationId === undefined) return undefined;
  return findOperation(tx, document.operationId);
}

async function begin(
  services: ConnectionServices,
  tx: Transaction,
  connection: StoredConnection,
): Promise<StoredOperation | undefined> {
  const cluster = await findResource<ClusterDocument>(tx, clusterIdOf(connection));
  if (cluster === undefined) return undefined;
  return beginOnConnection(services, tx, { connection, cluster }, connectionKinds.delete);
}
