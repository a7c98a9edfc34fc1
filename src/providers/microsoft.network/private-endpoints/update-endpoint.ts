import { invalidFormat, invalidLocationChange } from "../../../arm/errors.ts";
import type { ArmRequest } from "../../../arm/resource-type.ts";
import type { Tags } from "../../../arm/tags.ts";
import type { Written } from "../../../arm/write.ts";
import type { Transaction } from "../../../store/store.ts";
import { writeAnswer } from "../network-answer.ts";
import { networkError, refuseWhileBusy } from "../network-errors.ts";
import type { NetworkServices } from "../network-services.ts";
import { listZoneGroups } from "../private-dns-zone-groups/zone-group-store.ts";
import { isSame } from "../resource-id.ts";
import { callTarget } from "./call-target.ts";
import { connectionList, endpointBody } from "./endpoint-body.ts";
import { endpointKinds } from "./endpoint-operations.ts";
import { refuseDisconnected } from "./endpoint-rules.ts";
import type { StoredEndpoint } from "./endpoint-store.ts";
import type { PlannedEndpoint } from "./place-endpoint.ts";
import { saveEndpoint } from "./save-endpoint.ts";

/** What a PUT wants an endpoint to be. */
export interface WantedEndpoint extends PlannedEndpoint {
  readonly tags: Tags | undefined;
}

/** Writes an endpoint again: tags and the request's message may change, and the owner's decision stays. */
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
  const document = { ...current.document, name, tags, connection: { ...connection, requestMessage, state } };
  const endpoint = await saveEndpoint(tx, current, { id, document }, nowMs);
  const hasZoneGroup = (await listZoneGroups(tx, endpoint.key)).length > 0;
  const body = endpointBody(endpoint, { apiVersion: request.apiVersion, hasZoneGroup });
  return { response: writeAnswer(services, request, { status: 200, body, operation }) };
}

function checkUnchanged(
  { path }: ArmRequest,
  { location, name, wanted }: WantedEndpoint,
  current: StoredEndpoint,
): void {
  const { document } = current;
  if (location !== document.location) {
    throw invalidLocationChange({ name, group: path.resourceGroup ?? "", from: document.location, to: location });
  }
  if (!isSame(wanted.subnetId, document.subnetId)) throw movedSubnet(current, wanted.subnetId);
  if (!hasSameConnection(wanted, current)) throw changedConnection(current);
  const { customNetworkInterfaceName, ipConfiguration } = wanted;
  if (customNetworkInterfaceName !== "" && !isSame(customNetworkInterfaceName, document.customNetworkInterfaceName)) {
    throw fixed(current, "customNetworkInterfaceName");
  }
  if (ipConfiguration !== undefined && ipConfiguration.privateIPAddress !== document.address) {
    throw fixed(current, "ipConfigurations");
  }
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

/** The wording is ours. */
const fixed = ({ id }: StoredEndpoint, property: string): Error =>
  invalidFormat([{ message: `Cannot change properties.${property} of the existing private endpoint ${id}.` }]);
