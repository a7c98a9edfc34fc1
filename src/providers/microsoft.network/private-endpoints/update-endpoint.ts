import { invalidLocationChange } from "../../../arm/errors.ts";
import type { ArmRequest } from "../../../arm/resource-type.ts";
import type { Tags } from "../../../arm/tags.ts";
import type { Written } from "../../../arm/write.ts";
import type { Transaction } from "../../../store/store.ts";
import { writeAnswer } from "../network-answer.ts";
import { networkError, refuseWhileBusy } from "../network-errors.ts";
import type { NetworkServices } from "../network-services.ts";
import { listZoneGroups } from "../private-dns-zone-groups/zone-group-store.ts";
import { isSame } from "../../../arm/resource-id.ts";
import { knowsProperty, propertiesSince } from "../version-properties.ts";
import { callTarget } from "./call-target.ts";
import { connectionList, endpointBody } from "./endpoint-body.ts";
import { endpointKinds } from "./endpoint-operations.ts";
import { refuseDisconnected } from "./endpoint-rules.ts";
import type { StoredEndpoint } from "./endpoint-store.ts";
import { checkAddressKept, checkMembers } from "./ip-configurations.ts";
import { refuseUnserved } from "./place-endpoint.ts";
import type { PlannedEndpoint } from "./place-endpoint.ts";
import { saveEndpoint } from "./save-endpoint.ts";

/** What a PUT wants an endpoint to be. */
export interface WantedEndpoint extends PlannedEndpoint {
  readonly tags: Tags | undefined;
}

/**
 * Writes an endpoint again: tags, the request's message and whether its address is static may change, and the owner's
 * decision stays.
 */
export async function updateEndpoint(
  put: { services: NetworkServices; request: ArmRequest; tx: Transaction; nowMs: number },
  wanted: WantedEndpoint,
  current: StoredEndpoint,
): Promise<Written> {
  const { services, request, tx, nowMs } = put;
  refuseWhileBusy(request, current, current.document.location);
  refuseDisconnected(current);
  checkUnchanged(request, wanted, current);
  const { connection } = current.document;
  const { targetId, name: connectionName } = connection;
  const { target } = services;
  const { state } = await callTarget(target, () => target.update(tx, { targetId, connectionName }));
  const { location } = wanted;
  const { subscriptionKey, id: resourceId } = current;
  const work = { kind: endpointKinds.update, subscriptionKey, resourceId, location, input: {} };
  const operation = await services.operations.begin(tx, work);
  const { name, tags, id } = wanted;
  const { requestMessage } = wanted.wanted.connection;
  const { ipConfigurations } = knows(request, "ipConfigurations") ? wanted.wanted : current.document;
  const changes = { name, tags, ipConfigurations, connection: { ...connection, requestMessage, state } };
  const document = { ...current.document, ...changes };
  const endpoint = await saveEndpoint(tx, current, { id, document }, nowMs);
  const hasZoneGroup = (await listZoneGroups(tx, endpoint.key)).length > 0;
  const body = endpointBody(endpoint, { apiVersion: request.apiVersion, hasZoneGroup });
  return { response: writeAnswer(services, request, { status: 200, body, operation }) };
}

function checkUnchanged(request: ArmRequest, planned: WantedEndpoint, current: StoredEndpoint): void {
  const { location, name, wanted } = planned;
  const { document } = current;
  if (location !== document.location) {
    const group = request.path.resourceGroup ?? "";
    throw invalidLocationChange({ name, group, from: document.location, to: location });
  }
  if (!isSame(wanted.subnetId, document.subnetId)) throw movedSubnet(current, wanted.subnetId);
  if (!hasSameConnection(wanted, current)) throw changedConnection(current);
  refuseUnserved(planned);
  if (knows(request, "customNetworkInterfaceName")) checkInterfaceName(current, wanted.customNetworkInterfaceName);
  checkMembers(current.id, wanted.ipConfigurations, document.member);
  checkAddressKept(document, wanted.ipConfigurations);
}

/** What an api-version does not know, it does not change. */
const knows = ({ apiVersion }: ArmRequest, property: keyof typeof propertiesSince.privateEndpoint): boolean =>
  knowsProperty({ apiVersion, since: propertiesSince.privateEndpoint }, property);

/** A chosen name has to be told again in each PUT (quoted by users). */
function checkInterfaceName({ id, document }: StoredEndpoint, wanted: string): void {
  const name = document.networkInterfaceId.split("/").at(-1) ?? "";
  if (isSame(wanted, document.customNetworkInterfaceName) || isSame(wanted, name)) return;
  throw networkError(
    "NameOfExistingPrivateEndpointNicCannotBeChanged",
    `Private Endpoint ${id} contains existing NIC name ${name} which does not match request's custom network interface ` +
      `name ${wanted}. Updating the name of existing nic not allowed.`,
  );
}

function hasSameConnection({ connection }: WantedEndpoint["wanted"], { document }: StoredEndpoint): boolean {
  const { name, approval, targetId, groupIds } = document.connection;
  return (
    connection.approval === approval &&
    isSame(connection.name, name) &&
    isSame(connection.targetId, targetId) &&
    isSame(connection.groupIds.join("/"), groupIds.join("/"))
  );
}

const changedConnection = ({ id, document: { connection } }: StoredEndpoint): Error =>
  networkError(
    "CannotChangePrivateLinkConnectionOnPrivateEndpoint",
    `Cannot change the private link connection on private endpoint ${id}. Please ensure you are not updating the ` +
      `details of existing private link connection: '${id}/${connectionList(connection)}/${connection.name}'. ` +
      "That is not allowed.",
  );

const movedSubnet = ({ id, document: { subnetId } }: StoredEndpoint, requested: string): Error =>
  networkError(
    "CannotChangeSubnetOnExistingPrivateEndpoint",
    `Cannot change the subnet in which the network interface for private endpoint ${id} is created. ` +
      `Current subnet: '${subnetId}.' Requested subnet: '${requested}.'`,
  );
