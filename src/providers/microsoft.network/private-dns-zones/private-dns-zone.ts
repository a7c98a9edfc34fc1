import { parentNotFound } from "../../../arm/errors.ts";
import { parentIdOf } from "../../../arm/resource-id.ts";
import { resourceKind } from "../../../arm/resource-kind.ts";
import type { ArmRequest } from "../../../arm/resource-type.ts";
import type { StoredResource, Transaction } from "../../../store/store.ts";
import { networkNamespace } from "../network-type.ts";
import { etagOf, type TrackedDnsDocument } from "../private-dns/dialect.ts";
import { refuseWhileDeleting } from "../private-dns/dns-errors.ts";
import { zoneLimits } from "./private-dns-zone-rules.ts";

/** A zone as it is stored. */
export type ZoneDocument = TrackedDnsDocument;

export type StoredZone = StoredResource<ZoneDocument>;

export const zones = resourceKind<ZoneDocument>(networkNamespace, ["privateDnsZones"]);

/** A zone as clients read it, with the numbers of its children. */
export function zoneBody(
  zone: StoredZone,
  recordSets: readonly object[],
  links: readonly { readonly document: { readonly registrationEnabled: boolean } }[],
): object {
  const { name, location, tags, provisioningState } = zone.document;
  const registrationLinks = links.filter(({ document }) => document.registrationEnabled);
  return {
    id: zone.id,
    name,
    type: zones.type,
    etag: etagOf(zone),
    location,
    ...(tags === undefined ? {} : { tags }),
    properties: {
      maxNumberOfRecordSets: zoneLimits.recordSets,
      maxNumberOfVirtualNetworkLinks: zoneLimits.links,
      maxNumberOfVirtualNetworkLinksWithRegistration: zoneLimits.registrationLinks,
      numberOfRecordSets: recordSets.length,
      numberOfVirtualNetworkLinks: links.length,
      numberOfVirtualNetworkLinksWithRegistration: registrationLinks.length,
      provisioningState,
    },
  };
}

/** The zone of a link or record set that is about to be written. @throws ArmError if it is missing or being deleted. */
export async function writableZone(tx: Transaction, { resourceId, path }: ArmRequest): Promise<StoredZone> {
  const parentId = parentIdOf(resourceId);
  const zone = await zones.find(tx, parentId);
  if (zone === undefined) throw parentNotFound({ verb: "write", type: path.types.join("/"), parentId });
  refuseWhileDeleting(zone);
  return zone;
}
