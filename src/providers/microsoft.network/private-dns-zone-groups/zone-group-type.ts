import { networkResponse } from "../../../arm/arm-response.ts";
import type { ArmOperation, ResourceType } from "../../../arm/resource-type.ts";
import { readAnswer } from "../network-answer.ts";
import { childNotFound } from "../network-errors.ts";
import type { NetworkServices } from "../network-services.ts";
import { networkType } from "../network-type.ts";
import { findEndpoint } from "../private-endpoints/endpoint-store.ts";
import { deleteZoneGroup } from "./delete-zone-group.ts";
import { putZoneGroup } from "./put-zone-group.ts";
import { zoneGroupBody } from "./zone-group-body.ts";
import { findZoneGroup, listZoneGroups } from "./zone-group-store.ts";

const action = "Microsoft.Network/privateEndpoints/privateDnsZoneGroups/read";

/** `privateDnsZoneGroups` of a private endpoint: which zones its name is in. */
export const zoneGroupType = (services: NetworkServices): ResourceType =>
  networkType(["privateEndpoints", "privateDnsZoneGroups"], {
    get: getZoneGroup(services),
    put: putZoneGroup(services),
    delete: deleteZoneGroup(services),
    list: listZoneGroupsOfEndpoint(services),
  });

const getZoneGroup = ({ store }: NetworkServices): ArmOperation => ({
  action,
  display: { operation: "Get Private DNS Zone Group", description: "Reads a private DNS zone group." },
  async handle(request) {
    const group = await findZoneGroup(store, request.resourceId);
    const endpoint = group === undefined ? undefined : await findEndpoint(store, group.parentKey);
    if (group === undefined || endpoint === undefined) throw childNotFound(request.resourceId);
    return readAnswer(zoneGroupBody(group, endpoint.document));
  },
});

const listZoneGroupsOfEndpoint = ({ store }: NetworkServices): ArmOperation => ({
  action,
  display: { operation: "List Private DNS Zone Groups", description: "Lists the zone groups of a private endpoint." },
  async handle(request) {
    const endpoint = await findEndpoint(store, request.resourceId);
    if (endpoint === undefined) return networkResponse(200, { value: [] });
    const groups = await listZoneGroups(store, endpoint.key);
    return networkResponse(200, { value: groups.map((group) => zoneGroupBody(group, endpoint.document)) });
  },
});
