import type { ResourceType } from "../../../arm/resource-type.ts";
import type { OperationKind } from "../../../operations/operation-kind.ts";
import type { GenericView, RemoveResource } from "../../provider.ts";
import { joinZone } from "../join-actions.ts";
import { deleteLink } from "./delete-link.ts";
import { deleteRecordSet } from "./delete-record-set.ts";
import { deleteZone } from "./delete-zone.ts";
import { linkTypeKey, zoneTypeKey } from "./dns-documents.ts";
import type { StoredLink } from "./dns-documents.ts";
import { dnsType } from "./dns-services.ts";
import type { DnsServices } from "./dns-services.ts";
import { dnsOperationTypes } from "./operation-types.ts";
import { getLink, listLinksOfZone } from "./read-links.ts";
import { getRecordSet, listAllRecordSets, listRecordSetsOfType } from "./read-record-sets.ts";
import { getZone, listZones, listZonesOfGroup } from "./read-zones.ts";
import { recordTypeNames } from "./record-types.ts";
import type { RecordTypeName } from "./record-types.ts";
import { patchLink, putLink } from "./write-link.ts";
import { patchRecordSet, putRecordSet } from "./write-record-set.ts";
import { patchZone, putZone } from "./write-zone.ts";
import { dnsOperations, removeZoneChildren } from "./zone-operations.ts";

/** Private DNS: zones, their links to virtual networks and their record sets. */
export function dnsZoneTypes(services: DnsServices): {
  readonly types: ResourceType[];
  readonly kinds: OperationKind[];
  readonly removers: ReadonlyMap<string, RemoveResource>;
  readonly genericViews: ReadonlyMap<string, GenericView>;
} {
  const allRecordSets = dnsType(["privateDnsZones", "ALL"], { list: listAllRecordSets(services) });
  return {
    types: [
      zoneType(services),
      linkType(services),
      ...recordTypeNames.map((type) => recordSetType(services, type)),
      allRecordSets,
      ...dnsOperationTypes(services),
    ],
    kinds: dnsOperations(services),
    removers: new Map([[zoneTypeKey, removeZoneChildren]]),
    genericViews: new Map([[linkTypeKey, linkView]]),
  };
}

const zoneType = (services: DnsServices): ResourceType => ({
  ...dnsType(["privateDnsZones"], {
    get: getZone(services),
    put: putZone(services),
    patch: patchZone(services),
    delete: deleteZone(services),
    list: listZonesOfGroup(services),
    listBySubscription: listZones(services),
  }),
  listedActions: [joinZone],
});

const linkType = (services: DnsServices): ResourceType => ({
  ...dnsType(["privateDnsZones", "virtualNetworkLinks"], {
    get: getLink(services),
    put: putLink(services),
    patch: patchLink(services),
    delete: deleteLink(services),
    list: listLinksOfZone(services),
  }),
  tracked: true,
});

const recordSetType = (services: DnsServices, type: RecordTypeName): ResourceType =>
  dnsType(["privateDnsZones", type], {
    get: getRecordSet(services, type),
    put: putRecordSet(services, type),
    patch: patchRecordSet(services, type),
    delete: deleteRecordSet(services, type),
    list: listRecordSetsOfType(services, type),
  });

/** In the lists of all resources a child is called by its parent's name, too. */
const linkView: GenericView = (resource) => {
  const { name, zoneName } = (resource as unknown as StoredLink).document;
  return { name: `${zoneName}/${name}` };
};
