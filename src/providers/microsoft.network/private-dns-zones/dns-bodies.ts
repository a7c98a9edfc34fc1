import type { TaggedBody } from "../etag.ts";
import { etagOf } from "./dns-documents.ts";
import type { StoredLink, StoredRecordSet, StoredZone } from "./dns-documents.ts";
import { dnsLimits } from "./dns-limits.ts";
import type { ZoneCounts } from "./dns-store.ts";
import { fullName } from "./domain-names.ts";

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

/** The first version with `resolutionPolicy`. */
const resolutionPolicySince = "2024-06-01";

/** A link as clients of an api-version read it. */
export function linkBody(link: StoredLink, apiVersion: string): TaggedBody {
  const { name, location, tags, provisioningState, ...document } = link.document;
  const hasPolicy = apiVersion.toLowerCase() >= resolutionPolicySince;
  return {
    id: link.id,
    name,
    type: "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
    etag: etagOf(link),
    location,
    ...(tags === undefined ? {} : { tags }),
    properties: {
      provisioningState,
      registrationEnabled: document.registrationEnabled,
      ...(hasPolicy ? { resolutionPolicy: document.resolutionPolicy } : {}),
      virtualNetwork: { id: document.virtualNetworkId },
      virtualNetworkLinkState: document.isCompleted ? "Completed" : "InProgress",
    },
  };
}

/** A record set as clients read it. */
export function recordSetBody(recordSet: StoredRecordSet, zoneName: string): TaggedBody {
  const { name, recordType, ttl, metadata, data } = recordSet.document;
  return {
    id: recordSet.id,
    name,
    type: `Microsoft.Network/privateDnsZones/${recordType}`,
    etag: etagOf(recordSet),
    properties: {
      fqdn: fullName(name, zoneName),
      ttl,
      isAutoRegistered: false,
      ...(metadata === undefined ? {} : { metadata }),
      ...data,
    },
  };
}
