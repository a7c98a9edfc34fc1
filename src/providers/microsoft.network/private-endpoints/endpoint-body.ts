import { etagOf } from "../etag.ts";
import type { TaggedBody } from "../etag.ts";
import { knownProperties, propertiesSince } from "../version-properties.ts";
import { isOpen } from "./endpoint-document.ts";
import type { EndpointConnection, EndpointConnectionState, EndpointDocument } from "./endpoint-document.ts";
import type { StoredEndpoint } from "./endpoint-store.ts";

const type = "Microsoft.Network/privateEndpoints";

/** What an endpoint's body is made for. */
export interface EndpointView {
  readonly apiVersion: string;
  /** Whether a zone group writes the endpoint's name into private DNS: then clients have none to write (documented). */
  readonly hasZoneGroup: boolean;
}

/** A private endpoint as clients read it, in the recorded order (2026). */
export function endpointBody(endpoint: StoredEndpoint, view: EndpointView): TaggedBody {
  const { id, document, version } = endpoint;
  const { name, location, tags, resourceGuid } = document;
  const etag = etagOf({ resourceGuid, version });
  return {
    name,
    id,
    etag,
    type,
    location,
    ...(tags === undefined ? {} : { tags }),
    properties: propertiesOf(endpoint, etag, view),
  };
}

function propertiesOf({ id, document }: StoredEndpoint, etag: string, view: EndpointView): object {
  const { connection, ipConfigurations } = document;
  const shown = [connectionBody(id, etag, document)];
  const properties = {
    provisioningState: document.provisioningState,
    resourceGuid: document.resourceGuid,
    privateLinkServiceConnections: connection.approval === "automatic" ? shown : [],
    manualPrivateLinkServiceConnections: connection.approval === "manual" ? shown : [],
    customNetworkInterfaceName: document.customNetworkInterfaceName,
    subnet: { id: document.subnetId },
    ipConfigurations: ipConfigurations.map((each) => ipConfigurationBody(id, etag, each)),
    networkInterfaces: [{ id: document.networkInterfaceId }],
    customDnsConfigs: isOpen(document) && !view.hasZoneGroup ? [dnsConfig(document)] : [],
    ...addressKind(view),
  };
  return knownProperties<unknown>(properties, { ...view, since: propertiesSince.privateEndpoint });
}

/** One of both (recorded); neither in older versions. */
const addressKind = ({ apiVersion }: EndpointView): object =>
  apiVersion >= propertiesSince.privateEndpoint.ipVersionType
    ? { ipVersionType: "IPv4" }
    : { isIPv6EnabledPrivateEndpoint: false };

function connectionBody(endpointId: string, etag: string, document: EndpointDocument): object {
  const { connection } = document;
  const { name, targetId, groupIds, requestMessage } = connection;
  const list = connectionList(connection);
  return {
    name,
    id: `${endpointId}/${list}/${name}`,
    etag,
    properties: {
      provisioningState: "Succeeded",
      privateLinkServiceId: targetId,
      groupIds,
      ...(requestMessage === undefined ? {} : { requestMessage }),
      privateLinkServiceConnectionState: shownState(document),
    },
    type: `${type}/${list}`,
  };
}

/** The list that a connection stands in, and that its id goes through. */
export const connectionList = ({ approval }: Pick<EndpointConnection, "approval">): string =>
  approval === "manual" ? "manualPrivateLinkServiceConnections" : "privateLinkServiceConnections";

/** What stands there before the target's own words do (recorded 2023 and 2026). */
const placeholders: Readonly<Record<EndpointConnection["approval"], EndpointConnectionState>> = {
  automatic: { status: "Approved", description: "Auto Approved", actionsRequired: "None" },
  manual: { status: "Pending", description: "Awaiting Approval", actionsRequired: "None" },
};

const shownState = ({ connection, showsPlaceholder }: EndpointDocument): EndpointConnectionState =>
  showsPlaceholder ? placeholders[connection.approval] : connection.state;

const ipConfigurationBody = (
  endpointId: string,
  etag: string,
  { name, memberName, groupId, privateIPAddress }: EndpointDocument["ipConfigurations"][number],
): object => ({
  name,
  id: `${endpointId}/ipConfigurations/${name}`,
  etag,
  type: `${type}/ipConfigurations`,
  properties: { provisioningState: "Succeeded", memberName, groupId, privateIPAddress },
});

const dnsConfig = ({ member, address }: EndpointDocument): object => ({ fqdn: member.fqdn, ipAddresses: [address] });
