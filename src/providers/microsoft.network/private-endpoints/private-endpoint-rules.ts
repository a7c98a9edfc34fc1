import { invalidLocationChange } from "../../../arm/errors.ts";
import type { ArmRequest } from "../../../arm/resource-type.ts";
import type { PrivateLinkMember } from "../../../private-link/contract.ts";
import { transition } from "../../../private-link/state-machine.ts";
import { invalidReference, networkError } from "../network-errors.ts";
import { isSame, nameOf, parseResourceId } from "../../../arm/resource-id.ts";
import { knowsProperty, propertiesSince } from "../version-properties.ts";
import type { StoredSubnet } from "../subnets/subnet.ts";
import type { StoredVnet } from "../virtual-networks/virtual-network.ts";
import type { EndpointRequest } from "./private-endpoint-request.ts";
import { connectionId } from "./private-endpoint.ts";
import type { EndpointDocument, StaticIpConfiguration, StoredEndpoint } from "./private-endpoint.ts";

/** The longest message to an owner, in UTF-16 units (documented). */
const maxRequestMessage = 140;

/** Refuses a target of a type that is not served here, several groups of a target, and a long message. */
export function checkTarget({ id, connection }: EndpointRequest, resourceType: string): void {
  const { targetId, groupIds, requestMessage = "" } = connection;
  if (!isSame(parseResourceId(targetId)?.type ?? "", resourceType)) {
    throw networkError(
      "InvalidPrivateLinkServiceIdType",
      `Private link service Id ${targetId} has an invalid resource type. Permitted type(s): ${resourceType}`,
    );
  }
  if (groupIds.length !== 1) {
    throw networkError(
      "OnlyOneGroupIdPermitted",
      `Private link service connection ${connectionId(id, connection)} has the following group Ids: ` +
        `${groupIds.join(", ")}. Only one group Id is permitted when connecting to a first-party resource (${targetId}).`,
    );
  }
  if (requestMessage.length <= maxRequestMessage) return;
  // Targets of other types refuse it in these words, each with a limit of its own (quoted by users).
  throw networkError(
    "RequestMessageTooLong",
    `Call to ${resourceType} failed. Error message: Request Message may only be a maximum of ${maxRequestMessage} characters`,
  );
}

/** Refuses application security groups, since none can exist here, and IPv6 addresses. */
export function refuseUnserved({ id, subnetId, applicationSecurityGroupIds, ipVersionType }: EndpointRequest): void {
  const [securityGroupId] = applicationSecurityGroupIds;
  if (securityGroupId !== undefined) throw invalidReference({ to: securityGroupId, from: id });
  if (ipVersionType === "IPv4") return;
  // That the subnet needs such a prefix is documented; code and wording are ours.
  throw networkError(
    "PrivateEndpointIpVersionTypeNotSupported",
    `Private endpoint ${id} cannot have the IP version type ${ipVersionType} because subnet ${subnetId} ` +
      "has no IPv6 address prefix.",
  );
}

/** How many private endpoints a virtual network may have, by its `privateEndpointVNetPolicies` (documented). */
const maxEndpointsOfVnet = { usual: 1_000, Basic: 5_000 } as const;

/** Refuses another endpoint in a virtual network that is full. Code and wording are ours. */
export function checkEndpointCount({ id, document }: StoredVnet, subnets: readonly StoredSubnet[]): void {
  const count = subnets.reduce((sum, subnet) => sum + subnet.document.occupants.length, 0);
  const max = document.privateEndpointVNetPolicies === "Basic" ? maxEndpointsOfVnet.Basic : maxEndpointsOfVnet.usual;
  if (count < max) return;
  throw networkError(
    "PrivateEndpointCountLimitReached",
    `Cannot create more than ${max} private endpoints in virtual network ${id}.`,
  );
}

/** Refuses an endpoint in a subnet that is delegated to a service. */
export function refuseDelegated({ id }: EndpointRequest, subnet: StoredSubnet): void {
  if (subnet.document.delegations.length === 0) return;
  throw networkError(
    "PrivateEndpointCreationNotAllowedAsSubnetIsDelegated",
    `Private endpoint ${id} cannot be created as subnet ${subnet.id} is delegated.`,
  );
}

/** Refuses an endpoint whose owner removed the connection: such an endpoint can only be deleted (documented). */
export function refuseDisconnected({ id, document }: StoredEndpoint): void {
  if ("to" in transition(document.connection.state.status, "consumerUpdates")) return;
  // The code is recorded, the wording ours.
  throw networkError(
    "PrivateEndpointCannotBeUpdatedInDisconnectedState",
    `Private endpoint ${id} cannot be updated because it is in disconnected state. It can only be deleted.`,
  );
}

/** Refuses to change anything but tags, the request's message and whether the address is static. */
export function checkUnchanged(request: ArmRequest, wanted: EndpointRequest, { id, document }: StoredEndpoint): void {
  const { name, location, subnetId, connection, ipConfigurations } = wanted;
  if (location !== document.location) {
    throw invalidLocationChange({ name, group: request.group, from: document.location, to: location });
  }
  if (!isSame(subnetId, document.subnetId)) {
    throw networkError(
      "CannotChangeSubnetOnExistingPrivateEndpoint",
      `Cannot change the subnet in which the network interface for private endpoint ${id} is created. ` +
        `Current subnet: '${document.subnetId}.' Requested subnet: '${subnetId}.'`,
    );
  }
  if (!isSameConnection(connection, document.connection)) {
    throw networkError(
      "CannotChangePrivateLinkConnectionOnPrivateEndpoint",
      `Cannot change the private link connection on private endpoint ${id}. Please ensure you are not updating the ` +
        `details of existing private link connection: '${connectionId(id, document.connection)}'. ` +
        "That is not allowed.",
    );
  }
  refuseUnserved(wanted);
  if (changesProperty(request, "customNetworkInterfaceName")) checkInterfaceName(wanted, document);
  checkMembers(id, ipConfigurations, document.member);
  checkAddressKept(document, ipConfigurations);
}

/** Whether a PUT sets a property: it leaves alone those that its api-version does not have. */
export const changesProperty = (
  { apiVersion }: Pick<ArmRequest, "apiVersion">,
  property: keyof typeof propertiesSince.privateEndpoint,
): boolean => knowsProperty({ apiVersion, since: propertiesSince.privateEndpoint }, property);

const isSameConnection = (one: EndpointRequest["connection"], other: EndpointRequest["connection"]): boolean =>
  one.approval === other.approval &&
  isSame(one.name, other.name) &&
  isSame(one.targetId, other.targetId) &&
  isSame(one.groupIds.join("/"), other.groupIds.join("/"));

/** Each PUT has to repeat a chosen name (quoted by users). */
function checkInterfaceName(
  { id, customNetworkInterfaceName: wanted }: EndpointRequest,
  document: EndpointDocument,
): void {
  const name = nameOf(document.networkInterfaceId);
  if (isSame(wanted, document.customNetworkInterfaceName) || isSame(wanted, name)) return;
  throw networkError(
    "NameOfExistingPrivateEndpointNicCannotBeChanged",
    `Private Endpoint ${id} contains existing NIC name ${name} which does not match request's custom network interface ` +
      `name ${wanted}. Updating the name of existing nic not allowed.`,
  );
}

/**
 * Refuses static addresses unless there are none, or exactly one for the member that the target requires. The error
 * lists what is missing (quoted by users 2022 to 2024), or what is too much (ours).
 */
export function checkMembers(
  endpointId: string,
  configurations: readonly StaticIpConfiguration[],
  required: PrivateLinkMember,
): void {
  if (configurations.length === 0) return;
  const isRequired = ({ groupId, memberName }: StaticIpConfiguration): boolean =>
    isSame(groupId, required.groupId) && isSame(memberName, required.memberName);
  const all = configurations.map(addressText).join("; ");
  const [fitting] = configurations.filter(isRequired);
  if (fitting === undefined) {
    throw networkError(
      "PrivateEndpointIpConfigurationMissingMemberNamesRequiredByFps",
      `Private Endpoint ${endpointId} contains static ipconfigurations: [${all}] and its missing these ` +
        `membernames/groupids requested by Private Link service [${memberText(required)}]. ` +
        "Private Endpoint needs to be reconfigured with missing memberNames.",
    );
  }
  const extra = configurations.filter((each) => each !== fitting);
  if (extra.length === 0) return;
  throw networkError(
    "PrivateEndpointIpConfigurationHasMemberNamesNotRequestedByFps",
    `Private Endpoint ${endpointId} contains static ipconfigurations: [${all}], of which these are too many: ` +
      `[${extra.map(addressText).join("; ")}]. Private Link service requests [${memberText(required)}].`,
  );
}

const memberText = ({ groupId, memberName }: Pick<StaticIpConfiguration, "groupId" | "memberName">): string =>
  `GroupId: ${groupId}, MemberName: ${memberName}`;

const addressText = (configuration: StaticIpConfiguration): string =>
  `PrivateIPAddress: ${configuration.privateIPAddress}, ${memberText(configuration)}`;

/**
 * Lets an endpoint's address become static or dynamic, but not another address. The code depends on which it was
 * before (codes and sentences tried on Azure by a user, 2026-08).
 */
function checkAddressKept(
  { address, ipConfigurations: before }: EndpointDocument,
  wanted: readonly StaticIpConfiguration[],
): void {
  if (wanted.every(({ privateIPAddress }) => privateIPAddress === address)) return;
  if (before.length > 0) {
    throw networkError(
      "PrivateEndpointWithStaticIpConfigurationsCannotChangeIpAddress",
      "User cannot change IP Addresses on these allocated IP configurations.",
    );
  }
  throw networkError(
    "PrivateEndpointStaticIpMustMatchDynamicIpMapping",
    "Static Ip Configurations must have exact Ip address to membername mapping for dynamic Ip Configurations.",
  );
}
