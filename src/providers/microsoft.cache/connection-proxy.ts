import type { ArmOperation, ResourceType } from "../../arm/resource-type.ts";
import { isSame } from "../../arm/resource-id.ts";
import type { Clock } from "../../kernel/clock.ts";
import type {
  ConnectionGrant,
  ConnectionRequest,
  PrivateLinkMember,
  PrivateLinkTarget,
} from "../../private-link/contract.ts";
import { removeResource } from "../../store/resources.ts";
import type { Transaction } from "../../store/store.ts";
import { cacheType } from "./cache-type.ts";
import { clusters, privateLinkZone, refuseWhileBusy, type StoredCluster } from "./clusters/cluster.ts";
import { badRequest, operationNotAllowed } from "./errors.ts";
import { privateLinkGroupId } from "./private-link-resources/private-link-resource.ts";
import { connectionId, connections, maxConnections } from "./private-endpoint-connections/connection.ts";
import type { ConnectionDocument } from "./private-endpoint-connections/connection.ts";
import { newConnection } from "./private-endpoint-connections/connection-rules.ts";

/** The right to a connection that is approved when it is created. */
export const approvalAction = "Microsoft.Cache/redisEnterprise/PrivateEndpointConnectionsApproval/action";

/** The clusters' side of the private link contract, and the only way to create a connection. */
export function connectionProxy({ clock }: { clock: Clock }): PrivateLinkTarget {
  return {
    resourceType: clusters.type,
    approvalAction,
    async put(tx, request) {
      const cluster = await requireTarget(tx, request);
      const document = newConnection(request);
      await connections.create(tx, connectionId(cluster.id, document.name), document, clock.nowMs());
      return grant(cluster, document);
    },
    async update(tx, { targetId, connectionName }) {
      const connection = await connections.find(tx, connectionId(targetId, connectionName));
      const cluster = await clusters.find(tx, targetId);
      if (connection !== undefined && cluster !== undefined) return grant(cluster, connection.document);
      throw operationNotAllowed(`The private endpoint connection '${connectionName}' has been removed by the owner.`);
    },
    async delete(tx, { targetId, connectionName }) {
      const connection = await connections.find(tx, connectionId(targetId, connectionName));
      if (connection !== undefined) await removeResource(tx, connection);
    },
  };
}

/** The cluster that a connection is requested to. @throws ArmError when it cannot take the connection. */
async function requireTarget(tx: Transaction, request: ConnectionRequest): Promise<StoredCluster> {
  const { targetId, groupIds, connectionName } = request;
  const cluster = await clusters.find(tx, targetId);
  if (cluster === undefined) throw badRequest(`The private link resource '${targetId}' could not be found.`);
  const unknown = groupIds.find((group) => !isSame(group, privateLinkGroupId));
  if (unknown !== undefined || groupIds.length !== 1) {
    throw badRequest(
      `The group id '${unknown ?? ""}' is not valid; the one group id of '${cluster.id}' is '${privateLinkGroupId}'.`,
    );
  }
  refuseWhileBusy(cluster);
  const existing = await connections.children(tx, cluster.key);
  if (existing.some(({ document: { name } }) => isSame(name, connectionName))) {
    throw badRequest(`The cluster '${cluster.id}' already has a private endpoint connection '${connectionName}'.`);
  }
  if (existing.length >= maxConnections) {
    throw badRequest(
      `The cluster '${cluster.id}' already has ${maxConnections} private endpoint connections, the most that it can have.`,
    );
  }
  return cluster;
}

const grant = (
  cluster: StoredCluster,
  { status, description, actionsRequired }: ConnectionDocument,
): ConnectionGrant => ({
  state: { status, description, actionsRequired },
  member: memberOf(cluster),
});

/** The one member of a cluster; its record is named after the cluster and its region (documented). */
const memberOf = ({ document: { name, location, kind, hostName } }: StoredCluster): PrivateLinkMember => ({
  groupId: privateLinkGroupId,
  memberName: privateLinkGroupId,
  fqdn: hostName,
  zoneName: privateLinkZone(kind),
  recordName: `${name}.${location}`,
});

/**
 * `privateEndpointConnectionProxies`: the other provider's side of connections. As in Azure, clients can list the type but
 * not call it; providers call it inside the process.
 */
export const proxyType = (): ResourceType =>
  cacheType(["redisEnterprise", "privateEndpointConnectionProxies"], {
    parentsAreStored: false,
    operations: {},
    listedActions: [
      listed("read", "Get Private Endpoint Connection Proxy", "Reads a private endpoint connection proxy."),
      listed(
        "write",
        "Put Private Endpoint Connection Proxy",
        "Creates or updates a private endpoint connection proxy.",
      ),
      listed("delete", "Delete Private Endpoint Connection Proxy", "Deletes a private endpoint connection proxy."),
      listed("validate/action", "Validate Private Endpoint Connection Proxy", "Judges a proxy before it is created."),
      listed("operationResults/read", "Get Proxy Operation Result", "Reads the result of an operation on a proxy."),
    ],
  });

const listed = (action: string, operation: string, description: string): Pick<ArmOperation, "action" | "display"> => ({
  action: `Microsoft.Cache/redisEnterprise/privateEndpointConnectionProxies/${action}`,
  display: { operation, description },
});
