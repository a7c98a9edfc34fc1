import { etagOf } from "../etag.ts";
import type { TaggedBody } from "../etag.ts";
import type { EndpointDocument } from "../private-endpoints/endpoint-document.ts";
import { hasRecordIn, recordTtl } from "./endpoint-records.ts";
import type { ZoneConfig } from "./zone-group-document.ts";
import type { StoredZoneGroup } from "./zone-group-store.ts";

const type = "Microsoft.Network/privateEndpoints/privateDnsZoneGroups";

/** A zone group as clients read it, in the recorded order (2026). */
export function zoneGroupBody(group: StoredZoneGroup, endpoint: EndpointDocument): TaggedBody {
  const { id, document, version } = group;
  const { name, provisioningState, configs } = document;
  const etag = etagOf({ ...document, version });
  const privateDnsZoneConfigs = configs.map((config) => configBody(config, { group, etag, endpoint }));
  return { name, id, etag, type, properties: { provisioningState, privateDnsZoneConfigs } };
}

function configBody(
  config: ZoneConfig,
  { group, etag, endpoint }: { group: StoredZoneGroup; etag: string; endpoint: EndpointDocument },
): object {
  const { provisioningState } = group.document;
  const recordSets = hasRecordIn(endpoint, config) ? [recordSetBody(endpoint, provisioningState)] : [];
  return {
    name: config.name,
    id: `${group.id}/privateDnsZoneConfigs/${config.name}`,
    etag,
    type: `${type}/privateDnsZoneConfigs`,
    properties: { provisioningState, privateDnsZoneId: config.zoneId, recordSets },
  };
}

function recordSetBody({ member, address }: EndpointDocument, provisioningState: string): object {
  return {
    recordType: "A",
    recordSetName: member.recordName,
    fqdn: `${member.recordName}.${member.zoneName}`,
    ttl: recordTtl,
    provisioningState,
    ipAddresses: [address],
  };
}
