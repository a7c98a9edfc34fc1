import { resourceNotFound } from "../../../arm/errors.ts";
import { alreadyDone, lifecycleOperations, lifecycleWork, type Lifecycle } from "../../../arm/lifecycle.ts";
import type { ResourceType } from "../../../arm/resource-type.ts";
import { networkDialect, networkType, type NetworkServices } from "../network-type.ts";
import { zoneGroups } from "../private-dns-zone-groups/private-dns-zone-group.ts";
import { endpointBody, privateEndpoints, type EndpointDocument } from "./private-endpoint.ts";
import { endpointWork, putEndpoint } from "./put-private-endpoint.ts";
import { removeEndpoint, saveEndpoint } from "./save-private-endpoint.ts";

const lifecycle = (services: NetworkServices): Lifecycle<EndpointDocument> => ({
  kind: privateEndpoints,
  dialect: networkDialect(services),
  noun: "Private Endpoint",
  plural: "Private Endpoints",
  work: endpointWork,
  async bodies(from, endpoints, { apiVersion }) {
    const groups = await zoneGroups.byParent(from, endpoints);
    return endpoints.map((each) =>
      endpointBody(each, { apiVersion, hasZoneGroup: (groups.get(each.key) ?? []).length > 0 }),
    );
  },
  notFound: ({ name, group }) => resourceNotFound({ type: privateEndpoints.type, name, group }),
  locationOf: (_from, { document: { location } }) => location,
  save: (tx, current, document, nowMs) => saveEndpoint(tx, current, { document }, nowMs),
  settle: (document) => ({ ...document, showsPlaceholder: false }),
  remove: (tx, endpoint, nowMs) => removeEndpoint(services, tx, endpoint, nowMs),
  deletionDetail: ({ document: { connection } }) => ({ from: connection.state.status }),
});

/** `Microsoft.Network/privateEndpoints`. Tags change by PUT: there is no PATCH (published). */
export function endpointType(services: NetworkServices): ResourceType {
  const life = lifecycle(services);
  return {
    ...networkType(privateEndpoints.types, { ...lifecycleOperations(life), put: putEndpoint(services) }),
    work: [...lifecycleWork(life), alreadyDone(endpointWork.update)],
    release: (tx, endpoint, nowMs) => removeEndpoint(services, tx, privateEndpoints.cast(endpoint), nowMs),
  };
}
