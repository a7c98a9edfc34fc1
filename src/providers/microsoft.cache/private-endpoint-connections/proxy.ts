import type { ArmError } from "../../../arm/arm-error.ts";
import type { Clock } from "../../../kernel/clock.ts";
import type {
  ConnectionRequest,
  ConnectionStateView,
  PrivateLinkMember,
  PrivateLinkTarget,
} from "../../../private-link/contract.ts";
import { transition } from "../../../private-link/state-machine.ts";
import type { ConnectionStatus } from "../../../private-link/state-machine.ts";
import { removeResource, saveResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { isBusy } from "../clusters/cluster-document.ts";
import { findCluster } from "../clusters/cluster-store.ts";
import type { StoredCluster } from "../clusters/cluster-store.ts";
import { badRequest, busy, operationNotAllowed } from "../errors.ts";
import { privateLinkGroupId, privateLinkZone } from "../private-link-resources/private-link-group.ts";
import { connectionTypeKey, maxConnections } from "./connection-document.ts";
import type { ConnectionDocument } from "./connection-document.ts";
import { connectionId, findConnection, listConnections } from "./connection-store.ts";
import { approvalAction } from "./proxy-type.ts";

/** The clusters' side of the contract: the only way in which a connection comes into being. */
export function connectionProxy({ clock }: { clock: Clock }): PrivateLinkTarget {
  return {
    resourceType: "Microsoft.Cache/redisEnterprise",
    approvalAction,
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
      return { state: viewOf(connection), member: memberOf(cluster) };
    },
    async update(tx, { targetId, connectionName }) {
      const connection = await findConnection(tx, connectionId(targetId, connectionName));
      const cluster = await findCluster(tx, targetId);
      if (connection === undefined || cluster === undefined) throw gone(connectionName);
      return { state: viewOf(connection.document), member: memberOf(cluster) };
    },
    async delete(tx, { targetId, connectionName }) {
      const connection = await findConnection(tx, connectionId(targetId, connectionName));
      if (connection !== undefined) await removeResource(tx, connection, clock.nowMs());
    },
  };
}

async function validate(tx: Transaction, request: ConnectionRequest): Promise<StoredCluster> {
  const cluster = await findCluster(tx, request.targetId);
  if (cluster === undefined) {
    throw badRequest(`The private link resource '${request.targetId}' could not be found.`);
  }
  const unknown = request.groupIds.find((group) => group.toLowerCase() !== privateLinkGroupId.toLowerCase());
  if (unknown !== undefined || request.groupIds.length !== 1) {
    throw badRequest(
      `The group id '${unknown ?? ""}' is not valid; the one group id of '${cluster.id}' is '${privateLinkGroupId}'.`,
    );
  }
  if (isBusy(cluster.document)) throw busy(cluster.id);
  const connections = await listConnections(tx, cluster.id);
  if (connections.some(({ document }) => document.name.toLowerCase() === request.connectionName.toLowerCase())) {
    throw badRequest(
      `The cluster '${cluster.id}' already has a private endpoint connection '${request.connectionName}'.`,
    );
  }
  if (connections.length >= maxConnections) {
    throw badRequest(
      `The cluster '${cluster.id}' already has ${maxConnections} private endpoint connections, the most that it can have.`,
    );
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

/** The one member that there is; its record is named after the cluster and its region (documented). */
const memberOf = ({ document: { name, location, kind, hostName } }: StoredCluster): PrivateLinkMember => ({
  groupId: privateLinkGroupId,
  memberName: privateLinkGroupId,
  fqdn: hostName,
  zoneName: privateLinkZone(kind),
  recordName: `${name}.${location}`,
});

const viewOf = ({ status, description, actionsRequired }: ConnectionDocument): ConnectionStateView => ({
  status,
  description,
  actionsRequired,
});

const gone = (name: string): ArmError =>
  operationNotAllowed(`The private endpoint connection '${name}' has been removed by the owner.`);
