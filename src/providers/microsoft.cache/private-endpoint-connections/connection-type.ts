import { providerResourceNotFound } from "../../../arm/errors.ts";
import { lifecycleOperations, lifecycleWork } from "../../../arm/lifecycle.ts";
import type { Lifecycle } from "../../../arm/lifecycle.ts";
import { parentIdOf } from "../../../arm/resource-id.ts";
import type { ResourceType } from "../../../arm/resource-type.ts";
import { hasFeature } from "../api-versions.ts";
import { cacheDialect, cacheType, shownRegion, writeResponse } from "../cache-type.ts";
import type { CacheServices } from "../cache-type.ts";
import { clusters } from "../clusters/cluster.ts";
import { connectionBody, connectionWork, connections, removeConnection } from "./connection.ts";
import type { ConnectionDocument } from "./connection.ts";
import { putConnection } from "./put-connection.ts";

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
