import { providerResponse } from "../../../arm/arm-response.ts";
import { providerResourceNotFound } from "../../../arm/errors.ts";
import type { ArmOperation, ResourceType } from "../../../arm/resource-type.ts";
import { cacheType } from "../cache-type.ts";
import { connectionBody } from "./connection-body.ts";
import { connectionAction } from "./connection-services.ts";
import type { ConnectionServices } from "./connection-services.ts";
import { findConnection, listConnections } from "./connection-store.ts";
import { deleteConnection } from "./delete-connection.ts";
import { putConnection } from "./put-connection.ts";

/** `privateEndpointConnections` of a cluster: what its owner sees and decides. */
export function connectionType(services: ConnectionServices): ResourceType {
  return cacheType(["redisEnterprise", "privateEndpointConnections"], {
    operations: {
      get: getConnection(services),
      list: listOfCluster(services),
      put: putConnection(services),
      delete: deleteConnection(services),
    },
  });
}

const getConnection = ({ store }: ConnectionServices): ArmOperation => ({
  action: `${connectionAction}/read`,
  display: {
    operation: "Get Private Endpoint Connection",
    description: "Reads a private endpoint connection of a cluster.",
  },
  async handle(request) {
    const connection = await findConnection(store, request.resourceId);
    if (connection === undefined) throw providerResourceNotFound();
    return providerResponse(200, connectionBody(connection, request.apiVersion));
  },
});

const listOfCluster = ({ store }: ConnectionServices): ArmOperation => ({
  action: `${connectionAction}/read`,
  display: {
    operation: "List Private Endpoint Connections",
    description: "Lists the private endpoint connections of a cluster.",
  },
  async handle(request) {
    const connections = await listConnections(store, request.resourceId);
    return providerResponse(200, { value: connections.map((each) => connectionBody(each, request.apiVersion)) });
  },
});
