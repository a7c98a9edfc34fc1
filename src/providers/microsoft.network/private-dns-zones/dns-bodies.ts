import type { TaggedBody } from "../etag.ts";
import { knownProperties, propertiesSince } from "../version-properties.ts";
import { etagOf, linkEtagOf } from "./dns-documents.ts";
import type { StoredLink, StoredRecordSet, StoredZone } from "./dns-documents.ts";
import { dnsLimits } from "./dns-limits.ts";
import type { ZoneCounts } from "./dns-store.ts";
import { fullName } from "./domain-names.ts";
import { hasResolutionPolicy } from "./link-rules.ts";

/** A zone as clients read it. */
export function zoneBody(zone: StoredZone, counts: ZoneCounts): TaggedBody {
  const { name, location, tags, provisioningState } = zone.document;
  return {
    id: zone.id,
    name,
    type: "Microsoft.Network/privateDnsZones",
    etag: etagOf(zone),
    location,
    ...(tags === undefined ? {} : { tags }),
    properties: {
      maxNumberOfRecordSets: dnsLimits.recordSetsPerZone,
      maxNumberOfVirtualNetworkLinks: dnsLimits.linksPerZone,
      maxNumberOfVirtualNetworkLinksWithRegistration: dnsLimits.registrationLinksPerZone,
      numberOfRecordSets: counts.recordSets,
      numberOfVirtualNetworkLinks: counts.links,
      numberOfVirtualNetworkLinksWithRegistration: counts.registrationLinks,
      provisioningState,
    },
  };
}

/** A link as clients of an api-version read it. */
export function linkBody(link: StoredLink, apiVersion: string): TaggedBody {
  const { name, location, tags, provisioningState, ...document } = link.document;
  const { resolutionPolicy } = document;
  return {
    id: link.id,
    name,
    type: "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
    etag: linkEtagOf(link),
    location,
    ...(tags === undefined ? {} : { tags }),
    properties: knownProperties<unknown>(
      {
        provisioningState,
        registrationEnabled: document.registrationEnabled,
        ...(hasResolutionPolicy(document.zoneName) ? { resolutionPolicy } : {}),
        virtualNetwork: { id: document.virtualNetworkId },
        virtualNetworkLinkState: document.isCompleted ? "Completed" : "InProgress",
      },
      { apiVersion, since: propertiesSince.virtualNetworkLink },
    ),
  };
}

/** A record set as clients read it, in the recorded order (until 2026). */
export function recordSetBody(recordSet: StoredRecordSet, zoneName: string): TaggedBody {
  const { name, recordType, ttl, metadata, data } = recordSet.document;
  return {
    id: recordSet.id,
    name,
    type: `Microsoft.Network/privateDnsZones/${recordType}`,
    etag: etagOf(recordSet),
    properties: {
      ...(metadata === undefined ? {} : { metadata }),
      fqdn: fullName(name, zoneName),
      ttl,
      ...data,
      isAutoRegistered: false,
    },
  };
}
