import { providerResourceNotFound } from "../../../arm/errors.ts";
import { lifecycleOperations, lifecycleWork, waitingFor, type Lifecycle } from "../../../arm/lifecycle.ts";
import { parentIdOf, parseResourceId } from "../../../arm/resource-id.ts";
import type { ArmOperation, ResourceType } from "../../../arm/resource-type.ts";
import { unregisteredNamespaces } from "../../../arm/subscriptions-and-groups.ts";
import { write } from "../../../arm/write.ts";
import { findResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { hasFeature } from "../api-versions.ts";
import { beginWork, cacheDialect, cacheType, shownRegion, writeResponse, type CacheServices } from "../cache-type.ts";
import { clusters, requireIdleCluster, type StoredCluster } from "../clusters/cluster.ts";
import { approvalForbidden, busy } from "../errors.ts";
import { ownerDecisionSchema } from "./connection-request.ts";
import { decide } from "./connection-rules.ts";
import { connectionBody, connectionWork, connections, removeConnection } from "./connection.ts";
import type { ConnectionDocument, StoredConnection } from "./connection.ts";

/** `privateEndpointConnections` of a cluster: what its owner sees and decides. */
export function connectionType(services: CacheServices): ResourceType {
  const life = lifecycle(services);
  return cacheType(connections.types, {
    operations: { ...lifecycleOperations(life), put: putConnection(services) },
    work: lifecycleWork(life),
    release: (tx, resource) => removeConnection(tx, connections.cast(resource), services.consumer),
  });
}

const lifecycle = (services: CacheServices): Lifecycle<ConnectionDocument> => ({
  kind: connections,
  dialect: {
    ...cacheDialect(services),
    deleteResponse: (request, { operation }) =>
      writeResponse(services, request, { status: operation === undefined ? 200 : 202, operation, keepsCharset: true }),
  },
  noun: "Private Endpoint Connection",
  plural: "Private Endpoint Connections",
  work: connectionWork,
  bodies: async (_from, found, { apiVersion }) => found.map((each) => connectionBody(each, apiVersion)),
  notFound: providerResourceNotFound,
  locationOf: async (from, { id }) => shownRegion((await clusters.require(from, parentIdOf(id))).document.location),
  removesAtOnce: ({ apiVersion }) => !hasFeature(apiVersion, "asynchronousConnectionDelete"),
  /** A connection whose operation fails is as it was: the published states have no failure. */
  settle: (document) => ({ ...document, provisioningState: "Succeeded" }),
  remove: (tx, connection) => removeConnection(tx, connection, services.consumer),
  deletionDetail: ({ document: { status } }) => ({ from: status }),
});

/** The owner's decision. The status is always 201, for a new state or the same: generated clients accept no other. */
const putConnection = (services: CacheServices): ArmOperation => ({
  action: `${connections.type}/write`,
  display: {
    operation: "Put Private Endpoint Connection",
    description: "Approves or rejects a private endpoint connection.",
  },
  body: "required",
  handle(request) {
    const decision = ownerDecisionSchema.parse(request.body);
    return write(services, request, async (tx, nowMs) => {
      const { cluster, connection } = await requireDecidable(tx, request.resourceId);
      const { document: before } = connection;
      const state = decide(before, decision);
      if (state.status === "Approved" && before.status !== "Approved") await checkApprovable(tx, before);
      const work = { kind: connectionWork.write.name, resourceId: connection.id };
      const operation = await beginWork(services, tx, cluster, work);
      const decided = { ...state, ...waitingFor(operation, "Updating") };
      const document = { ...before, ...decided };
      // A repeated decision changes neither side; only the activity log records it.
      const changes = !hasAll(before, decided);
      const saved = changes ? await connections.update(tx, connection, { document }, nowMs) : connection;
      const { privateEndpointId } = document;
      if (changes) await services.consumer?.connectionChanged(tx, { privateEndpointId, targetId: cluster.id, state });
      const body = connectionBody(saved, request.apiVersion);
      return {
        response: writeResponse(services, request, { status: 201, body, operation, keepsCharset: true }),
        detail: { from: before.status, to: state.status },
      };
    });
  },
});

/** Whether a document has these values; one that is undefined is absent from a document that was read. */
const hasAll = (document: ConnectionDocument, values: Partial<ConnectionDocument>): boolean =>
  (Object.keys(values) as (keyof ConnectionDocument)[]).every((name) => document[name] === values[name]);

async function requireDecidable(
  tx: Transaction,
  id: string,
): Promise<{ cluster: StoredCluster; connection: StoredConnection }> {
  const connection = await connections.find(tx, id);
  if (connection === undefined) throw providerResourceNotFound();
  const cluster = await requireIdleCluster(tx, parentIdOf(id));
  if (connection.document.provisioningState === "Deleting") throw busy(connection.id);
  return { cluster, connection };
}

/**
 * An approval needs Microsoft.Cache to be registered in the subscription of the private endpoint too (its developers
 * reported the code in 2026). @throws ArmError when it is not.
 */
async function checkApprovable(tx: Transaction, { name, privateEndpointId }: ConnectionDocument): Promise<void> {
  const { subscriptionId = "" } = parseResourceId(privateEndpointId) ?? {};
  const subscription = await findResource(tx, `/subscriptions/${subscriptionId}`);
  if (subscription === undefined || !unregisteredNamespaces(subscription).includes("microsoft.cache")) return;
  throw approvalForbidden(name, subscriptionId);
}
