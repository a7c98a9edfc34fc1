import { ArmError } from "../../../arm/arm-error.ts";
import { beginWork, waitingFor } from "../../../arm/lifecycle.ts";
import type { ArmOperation, ArmRequest } from "../../../arm/resource-type.ts";
import { write, type Written } from "../../../arm/write.ts";
import { newUuid } from "../../../kernel/ids.ts";
import type { ConnectionGrant, ConnectionRequest, PrivateLinkTarget } from "../../../private-link/contract.ts";
import type { StoredOperation } from "../../../store/operations.ts";
import type { Transaction } from "../../../store/store.ts";
import { joinSubnet, checkLinkedAccess, type LinkedAccess } from "../linked-access.ts";
import { retryAfterSeconds, writeResponse, refuseWhileBusy, type NetworkServices } from "../network-type.ts";
import {
  childNotFound,
  invalidLinkedId,
  invalidReference,
  networkError,
  refuseUnprovisioned,
  wrongReference,
} from "../network-errors.ts";
import { ipConfigurationId, networkInterfaces } from "../network-interfaces/network-interface.ts";
import { zoneGroups } from "../private-dns-zone-groups/private-dns-zone-group.ts";
import { groupIdOf, isSame, parentIdOf, parseResourceId, subscriptionKeyOf } from "../../../arm/resource-id.ts";
import { checkAddress, nextAddress } from "../subnets/subnet-rules.ts";
import { subnets, type StoredSubnet } from "../subnets/subnet.ts";
import { virtualNetworks, type StoredVnet } from "../virtual-networks/virtual-network.ts";
import { readEndpointRequest, type EndpointRequest } from "./private-endpoint-request.ts";
import {
  changesProperty,
  checkEndpointCount,
  checkMembers,
  checkTarget,
  checkUnchanged,
  refuseDelegated,
  refuseDisconnected,
  refuseUnserved,
} from "./private-endpoint-rules.ts";
import { endpointBody, privateEndpoints, type EndpointDocument, type StoredEndpoint } from "./private-endpoint.ts";
import { saveEndpoint, saveNewEndpoint } from "./save-private-endpoint.ts";

export const endpointWork = {
  write: { name: "network.privateEndpoint.create", azureDurationMs: 30_000 },
  /** A write of an endpoint that exists. */
  update: "network.privateEndpoint.update",
  delete: { name: "network.privateEndpoint.delete", azureDurationMs: 20_000 },
} as const;

/** Creates a private endpoint and requests its connection (201), or updates it and keeps the owner's decision (200). */
export const putEndpoint = (services: NetworkServices): ArmOperation => ({
  action: "Microsoft.Network/privateEndpoints/write",
  display: { operation: "Create or Update Private Endpoint", description: "Creates a private endpoint or changes it." },
  body: "required",
  async handle(request) {
    const wanted = readEndpointRequest(request);
    await checkLinkedAccess(services, request, accessNeeded(services.target, wanted));
    checkTarget(wanted, services.target.resourceType);
    return write(services, request, async (tx, nowMs) => {
      const current = await privateEndpoints.find(tx, request.resourceId);
      const put = { services, request, wanted, tx, nowMs };
      return current === undefined ? create(put) : update(put, current);
    });
  },
});

/** ARM checks this on every PUT. A caller who may not approve has to ask manually: ARM does not do it for them (documented). */
function accessNeeded(
  { approvalAction }: PrivateLinkTarget,
  { subnetId, connection }: EndpointRequest,
): LinkedAccess[] {
  const join = { action: joinSubnet.action, scope: subnetId };
  const approval = { action: approvalAction, scope: connection.targetId };
  return connection.approval === "automatic" ? [join, approval] : [join];
}

interface Put {
  readonly services: NetworkServices;
  readonly request: ArmRequest;
  readonly wanted: EndpointRequest;
  readonly tx: Transaction;
  readonly nowMs: number;
}

async function create({ services, request, wanted, tx, nowMs }: Put): Promise<Written> {
  const { target } = services;
  const { id, location } = wanted;
  const place = await placeEndpoint(tx, wanted);
  const grant = await callTarget(target, () => target.put(tx, connectionRequest(wanted)));
  checkMembers(id, wanted.ipConfigurations, grant.member);
  const operation = await beginWork(services, tx, { kind: endpointWork.write.name, resourceId: id, location });
  const document = newDocument(wanted, { place, grant, operation });
  const endpoint = await saveNewEndpoint(tx, { id, document, place, nowMs });
  const body = endpointBody(endpoint, { apiVersion: request.apiVersion, hasZoneGroup: false });
  const answer = { status: 201, body, operation, retryAfterSeconds: retryAfterSeconds.others };
  return { response: writeResponse(services, request, answer), detail: { to: grant.state.status } };
}

const connectionRequest = ({ id, connection }: EndpointRequest): ConnectionRequest => ({
  targetId: connection.targetId,
  connectionName: connection.name,
  privateEndpointId: id,
  groupIds: connection.groupIds,
  approval: connection.approval,
  requestMessage: connection.requestMessage ?? "",
});

const newDocument = (
  { name, location, tags, connection, customNetworkInterfaceName, ipConfigurations }: EndpointRequest,
  given: { place: EndpointPlace; grant: ConnectionGrant; operation: StoredOperation | undefined },
): EndpointDocument => ({
  name,
  location,
  tags,
  resourceGuid: newUuid(),
  subnetId: given.place.subnet.id,
  connection: { ...connection, state: given.grant.state },
  showsPlaceholder: given.operation !== undefined,
  member: given.grant.member,
  address: given.place.address,
  networkInterfaceId: given.place.interfaceId,
  customNetworkInterfaceName,
  ipConfigurations,
  ...waitingFor(given.operation, "Updating"),
});

async function update({ services, request, wanted, tx, nowMs }: Put, current: StoredEndpoint): Promise<Written> {
  const { document } = current;
  refuseWhileBusy(request, current, document.location);
  refuseDisconnected(current);
  checkUnchanged(request, wanted, current);
  const { id, name, location, tags } = wanted;
  const { targetId, name: connectionName } = document.connection;
  const { target } = services;
  const { state } = await callTarget(target, () => target.update(tx, { targetId, connectionName }));
  const operation = await beginWork(services, tx, { kind: endpointWork.update, resourceId: current.id, location });
  const { requestMessage } = wanted.connection;
  const { ipConfigurations } = changesProperty(request, "ipConfigurations") ? wanted : document;
  const connection = { ...document.connection, requestMessage, state };
  const change = { id, document: { ...document, name, tags, ipConfigurations, connection } };
  const endpoint = await saveEndpoint(tx, current, change, nowMs);
  const hasZoneGroup = (await zoneGroups.children(tx, endpoint.key)).length > 0;
  const body = endpointBody(endpoint, { apiVersion: request.apiVersion, hasZoneGroup });
  return { response: writeResponse(services, request, { status: 200, body, operation }) };
}

/** Calls the target's provider, and rewrites its refusals into Microsoft.Network's in Azure's words. */
async function callTarget<Result>({ resourceType }: PrivateLinkTarget, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (cause) {
    if (!(cause instanceof ArmError)) throw cause;
    throw networkError(cause.code, `Call to ${resourceType} failed. Error message: ${cause.message}`);
  }
}

/** Where a new endpoint goes: its subnet, the address that it gets there, and the interface that has the address. */
interface EndpointPlace {
  readonly subnet: StoredSubnet;
  readonly address: string;
  readonly interfaceId: string;
  readonly ipConfigurationName: string;
}

/** Finds the place of a new endpoint, and writes nothing. @throws ArmError when it cannot be there. */
async function placeEndpoint(tx: Transaction, wanted: EndpointRequest): Promise<EndpointPlace> {
  const { vnet, subnet } = await usableSubnet(tx, wanted);
  refuseUnserved(wanted);
  checkEndpointCount(vnet, await subnets.children(tx, vnet.key));
  const interfaceId = await newInterfaceId(tx, wanted);
  const ipConfigurationName = `privateEndpointIpConfig.${newUuid()}`;
  const chosen = wanted.ipConfigurations[0]?.privateIPAddress;
  if (chosen !== undefined) checkAddress(subnet.document, chosen, ipConfigurationId(interfaceId, ipConfigurationName));
  refuseDelegated(wanted, subnet);
  return { subnet, address: chosen ?? nextAddress(subnet.document), interfaceId, ipConfigurationName };
}

async function usableSubnet(
  tx: Transaction,
  wanted: EndpointRequest,
): Promise<{ vnet: StoredVnet; subnet: StoredSubnet }> {
  const { id, subnetId } = wanted;
  const read = parseResourceId(subnetId);
  if (read === undefined) throw invalidLinkedId(subnetId, "properties.subnet.id");
  if (!isSame(read.type, "Microsoft.Network/virtualNetworks/subnets")) {
    throw wrongReference({ id: subnetId, kind: "subnets", path: "properties.subnet" });
  }
  const vnet = await usableVnet(tx, wanted, parentIdOf(subnetId));
  const subnet = await subnets.find(tx, subnetId);
  if (subnet === undefined) throw invalidReference({ to: subnetId, from: id });
  refuseUnprovisioned(vnet, { id, operation: "PutVirtualNetworkOperation" });
  refuseUnprovisioned(subnet, { id, operation: "PutSubnetOperation" });
  return { vnet, subnet };
}

/**
 * The network of an endpoint, which has to be in the endpoint's region and subscription (documented). Otherwise the
 * details of the error name it (quoted by users 2021 to 2026).
 */
async function usableVnet(tx: Transaction, { id, location }: EndpointRequest, vnetId: string): Promise<StoredVnet> {
  const vnet = await virtualNetworks.find(tx, vnetId);
  const isInSubscription = subscriptionKeyOf(vnetId) === subscriptionKeyOf(id);
  if (vnet?.document.location === location && isInSubscription) return vnet;
  const { code, message } = childNotFound(vnetId);
  throw invalidReference({ to: vnetId, from: id }, { details: [{ code, message }], isLasting: vnet !== undefined });
}

async function newInterfaceId(tx: Transaction, wanted: EndpointRequest): Promise<string> {
  const { id, name, customNetworkInterfaceName: custom } = wanted;
  const interfaceId =
    `${groupIdOf(id)}/providers/Microsoft.Network/networkInterfaces/` +
    (custom === "" ? `${name}.nic.${newUuid()}` : custom);
  if ((await networkInterfaces.find(tx, interfaceId)) === undefined) return interfaceId;
  // The sentence is quoted by users; the code is Azure's where such an interface is to be deleted.
  throw networkError(
    "NicInUseWithPrivateEndpoint",
    `Private Endpoint ${id} contains custom NIC name ${custom} which already exists`,
  );
}
