import { providerResponse } from "../../../arm/arm-response.ts";
import { busy, providerResourceNotFound } from "../../../arm/errors.ts";
import type { RequestStamp } from "../../../arm/errors.ts";
import { writeHeaders } from "../../../arm/long-running.ts";
import type { ArmOperation, ArmRequest, ResourceType } from "../../../arm/resource-type.ts";
import { write } from "../../../arm/write.ts";
import { regionDisplayName } from "../../../kernel/regions.ts";
import type { PrivateLinkConsumer } from "../../../private-link/seam.ts";
import type { StoredOperation } from "../../../store/operations.ts";
import { findResource } from "../../../store/resources.ts";
import type { StoredResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import type { ProviderServices } from "../../provider-services.ts";
import { apiVersionsNewestFirst, hasFeature } from "../api-versions.ts";
import { isBusy } from "../clusters/cluster-document.ts";
import type { ClusterDocument } from "../clusters/cluster-document.ts";
import { cacheLocations } from "../locations.ts";
import { connectionBody } from "./connection-body.ts";
import type { ConnectionDocument } from "./connection-document.ts";
import { connectionKinds } from "./connection-operations.ts";
import { clusterIdOf, findConnection, listConnections, removeConnection, saveConnection } from "./connection-store.ts";
import type { StoredConnection } from "./connection-store.ts";
import { decide, ownerDecisionSchema } from "./owner-decision.ts";

const typeAction = "Microsoft.Cache/redisEnterprise/privateEndpointConnections";

export interface ConnectionServices extends ProviderServices {
  /** The provider of the private endpoints, once there is one. */
  readonly consumer: PrivateLinkConsumer | undefined;
}

/** `privateEndpointConnections` of a cluster: what its owner sees and decides. */
export function connectionType(services: ConnectionServices): ResourceType {
  return {
    namespace: "Microsoft.Cache",
    types: ["redisEnterprise", "privateEndpointConnections"],
    apiVersions: apiVersionsNewestFirst,
    locations: cacheLocations,
    scope: "resourceGroup",
    tracked: false,
    listed: true,
    operations: {
      get: getConnection(services),
      list: listOfCluster(services),
      put: putConnection(services),
      delete: deleteConnection(services),
    },
  };
}

const getConnection = ({ store, clock }: ConnectionServices): ArmOperation => ({
  action: `${typeAction}/read`,
  display: { operation: "Get Private Endpoint Connection", description: "Reads a private endpoint connection of a cluster." },
  async handle(request) {
    const connection = await findConnection(store, request.resourceId);
    if (connection === undefined) throw providerResourceNotFound(stampOf(request, clock.nowMs()));
    return providerResponse(200, connectionBody(connection, request.apiVersion));
  },
});

const listOfCluster = ({ store }: ConnectionServices): ArmOperation => ({
  action: `${typeAction}/read`,
  display: { operation: "List Private Endpoint Connections", description: "Lists the private endpoint connections of a cluster." },
  async handle(request) {
    const connections = await listConnections(store, request.resourceId);
    return providerResponse(200, { value: connections.map((each) => connectionBody(each, request.apiVersion)) });
  },
});

/** Answers 201 always, new state or not: generated clients take nothing else. */
const putConnection = (services: ConnectionServices): ArmOperation => ({
  action: `${typeAction}/write`,
  display: { operation: "Put Private Endpoint Connection", description: "Approves or rejects a private endpoint connection." },
  body: "required",
  handle(request) {
    const decision = ownerDecisionSchema.parse(request.body);
    return write(services, request, async (tx, nowMs) => {
      const stamp = stampOf(request, nowMs);
      const { cluster, connection } = await readForWrite(tx, request, stamp);
      const state = decide(connection.document, decision, stamp);
      const operation = await begin(services, tx, connection, { cluster, kind: connectionKinds.write });
      const document = { ...connection.document, ...state, ...waitingFor(operation, "Updating") };
      const saved = await saveConnection(tx, connection, document, nowMs);
      const { privateEndpointId } = document;
      await services.consumer?.connectionChanged(tx, { privateEndpointId, targetId: cluster.id, state });
      return {
        response: providerResponse(201, connectionBody(saved, request.apiVersion), headers(services, request, operation)),
        detail: { from: connection.document.status, to: state.status },
      };
    });
  },
});

/** 200 when it existed, 204 when not; 202 where the version has it and the work takes its time. */
const deleteConnection = (services: ConnectionServices): ArmOperation => ({
  action: `${typeAction}/delete`,
  display: { operation: "Delete Private Endpoint Connection", description: "Removes a private endpoint connection from a cluster." },
  handle(request) {
    return write(services, request, async (tx, nowMs) => {
      const connection = await findConnection(tx, request.resourceId);
      if (connection === undefined) return { response: providerResponse(204, undefined, headers(services, request, undefined)) };
      const operation = hasFeature(request.apiVersion, "asynchronousConnectionDelete")
        ? await beginDelete(services, tx, connection)
        : undefined;
      if (operation === undefined) {
        await services.operations.cancelAll(tx, connection.id);
        await removeConnection(tx, connection, { consumer: services.consumer, nowMs });
      } else await saveConnection(tx, connection, { ...connection.document, ...waitingFor(operation, "Deleting") }, nowMs);
      const status = operation === undefined ? 200 : 202;
      return {
        response: providerResponse(status, undefined, headers(services, request, operation)),
        detail: { from: connection.document.status },
      };
    });
  },
});

async function beginDelete(
  services: ConnectionServices,
  tx: Transaction,
  connection: StoredConnection,
): Promise<StoredOperation | undefined> {
  await services.operations.cancelAll(tx, connection.id);
  const cluster = await findResource<ClusterDocument>(tx, clusterIdOf(connection));
  if (cluster === undefined) return undefined;
  return begin(services, tx, connection, { cluster, kind: connectionKinds.delete });
}

async function readForWrite(
  tx: Transaction,
  request: ArmRequest,
  stamp: RequestStamp,
): Promise<{ cluster: StoredResource<ClusterDocument>; connection: StoredConnection }> {
  const connection = await findConnection(tx, request.resourceId);
  const cluster = await findResource<ClusterDocument>(tx, clusterIdOf({ id: request.resourceId }));
  if (connection === undefined || cluster === undefined) throw providerResourceNotFound(stamp);
  if (isBusy(cluster.document)) throw busy(cluster.id, request.requestId);
  if (connection.document.provisioningState === "Deleting") throw busy(connection.id, request.requestId);
  return { cluster, connection };
}

function begin(
  { operations }: ConnectionServices,
  tx: Transaction,
  connection: StoredConnection,
  { cluster, kind }: { cluster: StoredResource<ClusterDocument>; kind: string },
): Promise<StoredOperation | undefined> {
  return operations.begin(tx, {
    kind,
    subscriptionKey: connection.subscriptionKey,
    resourceId: connection.id,
    location: regionDisplayName(cluster.document.location) ?? cluster.document.location,
    input: {},
  });
}

const waitingFor = (
  operation: StoredOperation | undefined,
  state: "Updating" | "Deleting",
): Pick<ConnectionDocument, "provisioningState" | "operationId"> =>
  operation === undefined
    ? { provisioningState: "Succeeded", operationId: undefined }
    : { provisioningState: state, operationId: operation.id };

const headers = (
  { timing }: ConnectionServices,
  request: ArmRequest,
  operation: StoredOperation | undefined,
): Record<string, string> => writeHeaders({ request, timing, operation, namespace: "Microsoft.Cache" });

const stampOf = ({ correlationId, requestId }: ArmRequest, nowMs: number): RequestStamp => ({
  correlationId,
  requestId,
  nowMs,
});
