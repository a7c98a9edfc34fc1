import { ArmError } from "../../../arm/arm-error.ts";
import { badRequest, busy } from "../../../arm/errors.ts";
import type { Clock } from "../../../kernel/clock.ts";
import { newUuid } from "../../../kernel/ids.ts";
import type { ConnectionRequest, ConnectionStateView, PrivateLinkTarget } from "../../../private-link/seam.ts";
import { transition } from "../../../private-link/state-machine.ts";
import type { ConnectionStatus } from "../../../private-link/state-machine.ts";
import { findResource, removeResource, saveResource } from "../../../store/resources.ts";
import type { StoredResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { clusterTypeKey, isBusy } from "../clusters/cluster-document.ts";
import type { ClusterDocument } from "../clusters/cluster-document.ts";
import { privateLinkGroupId } from "../private-link-resources/private-link-group.ts";
import { connectionTypeKey, maxConnections } from "./connection-document.ts";
import type { ConnectionDocument } from "./connection-document.ts";
import { connectionId, findConnection, listConnections } from "./connection-store.ts";

/** The clusters' side of the seam: the only way in which a connection comes into being. */
export function connectionProxy({ clock }: { clock: Clock }): PrivateLinkTarget {
  return {
    async validate(tx, request) {
      await validate(tx, request);
    },
    async put(tx, request) {
      const cluster = await validate(tx, request);
      const connection = birth(request);
      await saveResource(
        tx,
        {
          id: connectionId(cluster.id, request.connectionName),
          typeKey: connectionTypeKey,
          parentKey: cluster.key,
          subscriptionKey: cluster.subscriptionKey,
          document: connection,
        },
        clock.nowMs(),
      );
      return viewOf(connection);
    },
    async update(tx, { targetId, connectionName }) {
      const connection = await findConnection(tx, connectionId(targetId, connectionName));
      if (connection === undefined) throw gone(connectionName);
      return viewOf(connection.document);
    },
    async delete(tx, { targetId, connectionName }) {
      const connection = await findConnection(tx, connectionId(targetId, connectionName));
      if (connection !== undefined) await removeResource(tx, connection, clock.nowMs());
    },
  };
}

async function validate(tx: Transaction, request: ConnectionRequest): Promise<StoredResource<ClusterDocument>> {
  const cluster = await findResource<ClusterDocument>(tx, request.targetId);
  if (cluster?.typeKey !== clusterTypeKey) {
    throw badRequest(`The private link resource '${request.targetId}' could not be found.`);
  }
  const unknown = request.groupIds.find((group) => group.toLowerCase() !== privateLinkGroupId.toLowerCase());
  if (unknown !== undefined || request.groupIds.length !== 1) {
    throw badRequest(`The group id '${unknown ?? ""}' is not valid; the one group id of '${cluster.id}' is '${privateLinkGroupId}'.`);
  }
  if (isBusy(cluster.document)) throw busy(cluster.id, newUuid());
  const connections = await listConnections(tx, cluster.id);
  if (connections.some(({ document }) => document.name.toLowerCase() === request.connectionName.toLowerCase())) {
    throw badRequest(`The cluster '${cluster.id}' already has a private endpoint connection '${request.connectionName}'.`);
  }
  if (connections.length >= maxConnections) {
    throw badRequest(`The cluster '${cluster.id}' already has ${maxConnections} private endpoint connections, the most that it can have.`);
  }
  return cluster;
}

function birth(request: ConnectionRequest): ConnectionDocument {
  const automatic = request.approval === "automatic";
  const outcome = transition("Absent", automatic ? "requestAutomatically" : "requestManually");
  if (!("to" in outcome)) throw new Error("The state machine refuses a new connection.");
  return {
    name: request.connectionName,
    privateEndpointId: request.privateEndpointId,
    groupIds: request.groupIds,
    status: outcome.to as ConnectionStatus,
    description: automatic ? "Auto-approved" : request.requestMessage,
    actionsRequired: "None",
    provisioningState: "Succeeded",
    operationId: undefined,
  };
}

const viewOf = ({ status, description, actionsRequired }: ConnectionDocument): ConnectionStateView => ({
  status,
  description,
  actionsRequired,
});

const gone = (name: string): ArmError =>
  new ArmError({
    code: "OperationNotAllowed",
    speaker: "provider",
    message: `The private endpoint connection '${name}' has been removed by the owner.`,
  });
