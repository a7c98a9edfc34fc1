import { lifecycleOperations, lifecycleWork } from "../../../arm/lifecycle.ts";
import type { Lifecycle } from "../../../arm/lifecycle.ts";
import type { ResourceType } from "../../../arm/resource-type.ts";
import { networkDialect, networkType } from "../network-dialect.ts";
import { childNotFound } from "../network-errors.ts";
import type { NetworkServices } from "../network-services.ts";
import { privateEndpoints, touchEndpoint } from "../private-endpoints/private-endpoint.ts";
import { removeZoneGroup, zoneGroupBody, zoneGroups } from "./private-dns-zone-group.ts";
import type { ZoneGroupDocument } from "./private-dns-zone-group.ts";
import { putZoneGroup, zoneGroupWork } from "./put-private-dns-zone-group.ts";

const lifecycle = (services: NetworkServices): Lifecycle<ZoneGroupDocument> => ({
  kind: zoneGroups,
  dialect: networkDialect(services),
  noun: "Private DNS Zone Group",
  plural: "Private DNS Zone Groups",
  work: zoneGroupWork,
  async bodies(from, groups) {
    const [first] = groups;
    // Reads are in no transaction: the endpoint may be deleted between two of them.
    const endpoint = first === undefined ? undefined : await privateEndpoints.find(from, first.parentKey);
    return endpoint === undefined ? [] : groups.map((group) => zoneGroupBody(group, endpoint.document));
  },
  notFound: ({ resourceId }) => childNotFound(resourceId),
  locationOf: async (from, { parentKey }) => (await privateEndpoints.require(from, parentKey)).document.location,
  async remove(tx, group, nowMs) {
    const endpoint = await privateEndpoints.require(tx, group.parentKey);
    await removeZoneGroup(tx, group, endpoint.document, nowMs);
    await touchEndpoint(tx, endpoint, nowMs);
  },
});

/** `privateDnsZoneGroups` of a private endpoint: the private DNS zones that its name is in. */
export function zoneGroupType(services: NetworkServices): ResourceType {
  const life = lifecycle(services);
  return {
    ...networkType(zoneGroups.types, { ...lifecycleOperations(life), put: putZoneGroup(services) }),
    work: lifecycleWork(life),
    async release(tx, group, nowMs) {
      // Not there when the endpoint was released first, which removes its zone groups.
      const endpoint = await privateEndpoints.find(tx, group.parentKey);
      if (endpoint !== undefined) await removeZoneGroup(tx, zoneGroups.cast(group), endpoint.document, nowMs);
    },
  };
}
