import { resourceKind } from "../../../arm/resource-kind.ts";
import type { ConnectionStateView, PrivateLinkMember } from "../../../private-link/contract.ts";
import type { ConnectionState } from "../../../private-link/state-machine.ts";
import type { StoredResource, Transaction } from "../../../store/store.ts";
import { etagOf, networkNamespace } from "../network-type.ts";
import type { TrackedDocument } from "../tracked-type.ts";
import { knownProperties, propertiesSince } from "../version-properties.ts";

/** The state of an endpoint's connection: Disconnected after the owner removed it. */
interface EndpointConnectionState extends Omit<ConnectionStateView, "status"> {
  readonly status: Exclude<ConnectionState, "Absent">;
}

/** The one connection of an endpoint, as its client requests it. */
export interface RequestedConnection {
  readonly name: string;
  readonly approval: "automatic" | "manual";
  /** As the client spells it. */
  readonly targetId: string;
  readonly groupIds: readonly string[];
  readonly requestMessage: string | undefined;
}

/** The same with its state. */
interface EndpointConnection extends RequestedConnection {
  readonly state: EndpointConnectionState;
}

/** An address that the client chose. */
export interface StaticIpConfiguration {
  readonly name: string;
  readonly groupId: string;
  readonly memberName: string;
  readonly privateIPAddress: string;
}

/** What is stored of a private endpoint. */
export interface EndpointDocument extends TrackedDocument {
  readonly subnetId: string;
  readonly connection: EndpointConnection;
  /** Whether clients read Azure's placeholder as the state: until the creation ends, or the owner decides. */
  readonly showsPlaceholder: boolean;
  readonly member: PrivateLinkMember;
  readonly address: string;
  readonly networkInterfaceId: string;
  /** "" when the client chose none. */
  readonly customNetworkInterfaceName: string;
  readonly ipConfigurations: readonly StaticIpConfiguration[];
}

export const privateEndpoints = resourceKind<EndpointDocument>(networkNamespace, ["privateEndpoints"]);

export type StoredEndpoint = StoredResource<EndpointDocument>;

/** Changes an endpoint's etag, because something below it has changed. */
export async function touchEndpoint(tx: Transaction, endpoint: StoredEndpoint, nowMs: number): Promise<void> {
  await privateEndpoints.update(tx, endpoint, { document: endpoint.document }, nowMs);
}

/** Whether traffic may pass: an endpoint shows its name and address only then. */
export const isOpen = ({ connection, showsPlaceholder }: EndpointDocument): boolean =>
  connection.state.status === "Approved" && !showsPlaceholder;

const { type } = privateEndpoints;

/** What a body depends on besides the document. */
interface EndpointView {
  readonly apiVersion: string;
  /** Whether a zone group writes the endpoint's name into private DNS: then there is none for clients to write (documented). */
  readonly hasZoneGroup: boolean;
}

/** A private endpoint as clients read it, in the recorded order (2026). */
export function endpointBody(endpoint: StoredEndpoint, view: EndpointView): object {
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

/** Newer versions have one property, older ones the other (recorded). */
const addressKind = ({ apiVersion }: EndpointView): object =>
  apiVersion >= propertiesSince.privateEndpoint.ipVersionType
    ? { ipVersionType: "IPv4" }
    : { isIPv6EnabledPrivateEndpoint: false };

function connectionBody(endpointId: string, etag: string, document: EndpointDocument): object {
  const { connection } = document;
  const { name, targetId, groupIds, requestMessage } = connection;
  return {
    name,
    id: connectionId(endpointId, connection),
    etag,
    properties: {
      provisioningState: "Succeeded",
      privateLinkServiceId: targetId,
      groupIds,
      ...(requestMessage === undefined ? {} : { requestMessage }),
      privateLinkServiceConnectionState: shownState(document),
    },
    type: `${type}/${connectionList(connection)}`,
  };
}

/** The property that lists a connection, which is a segment of its id too. */
export const connectionList = ({ approval }: Pick<RequestedConnection, "approval">): string =>
  approval === "manual" ? "manualPrivateLinkServiceConnections" : "privateLinkServiceConnections";

/** The id of an endpoint's connection. */
export const connectionId = (endpointId: string, connection: Pick<RequestedConnection, "approval" | "name">): string =>
  `${endpointId}/${connectionList(connection)}/${connection.name}`;

/** The state that clients read until the target's own is shown (recorded 2023 and 2026). */
const placeholders: Readonly<Record<RequestedConnection["approval"], EndpointConnectionState>> = {
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
