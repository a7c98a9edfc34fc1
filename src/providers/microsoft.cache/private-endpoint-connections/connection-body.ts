import type { StoredResource } from "../../../store/resources.ts";
import { hasFeature } from "../api-versions.ts";
import type { ConnectionDocument } from "./connection-document.ts";

/** A connection as clients read it, by itself and inside its cluster. */
export function connectionBody({ id, document }: StoredResource<ConnectionDocument>, apiVersion: string): object {
  const { name, provisioningState, privateEndpointId, status, description, actionsRequired, groupIds } = document;
  return {
    id,
    name,
    type: "Microsoft.Cache/redisEnterprise/privateEndpointConnections",
    properties: {
      provisioningState,
      privateEndpoint: { id: privateEndpointId },
      ...(hasFeature(apiVersion, "connectionGroupIds") ? { groupIds } : {}),
      privateLinkServiceConnectionState: { status, description, actionsRequired },
    },
  };
}
