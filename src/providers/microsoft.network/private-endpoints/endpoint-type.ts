import type { ResourceType } from "../../../arm/resource-type.ts";
import type { NetworkServices } from "../network-services.ts";
import { networkType } from "../network-type.ts";
import { deleteEndpoint } from "./delete-endpoint.ts";
import { putEndpoint } from "./put-endpoint.ts";
import { getEndpoint, listEndpoints, listEndpointsOfGroup } from "./read-endpoints.ts";

/** `Microsoft.Network/privateEndpoints`. Tags change by PUT: there is no PATCH (published). */
export const endpointType = (services: NetworkServices): ResourceType =>
  networkType(["privateEndpoints"], {
    get: getEndpoint(services),
    put: putEndpoint(services),
    delete: deleteEndpoint(services),
    list: listEndpointsOfGroup(services),
    listBySubscription: listEndpoints(services),
  });
