import { networkResponse } from "../../../arm/arm-response.ts";
import type { ArmResponse } from "../../../arm/arm-response.ts";
import { scopeId } from "../../../arm/resource-id.ts";
import { resourceNotFound } from "../../../arm/errors.ts";
import type { ArmOperation, ArmRequest, ResourceType } from "../../../arm/resource-type.ts";
import { write } from "../../../arm/write.ts";
import type { Clock } from "../../../kernel/clock.ts";
import type { OperationKind, OperationSubject } from "../../../operations/operation-kind.ts";
import type { PrivateLinkTarget } from "../../../private-link/contract.ts";
import type { StoredOperation } from "../../../store/operations.ts";
import type { Transaction } from "../../../store/store.ts";
import { deletionAnswer, readAnswer, writeAnswer } from "../network-answer.ts";
import { refuseWhileBusy } from "../network-errors.ts";
import type { NetworkServices } from "../network-services.ts";
import { networkType } from "../network-type.ts";
import { zoneGroups } from "../private-dns-zone-groups/private-dns-zone-group.ts";
import { alreadyDone, deletionUnderWay, waitingFor } from "../settling.ts";
import { endpointBody, endpointKinds, privateEndpoints } from "./private-endpoint.ts";
import type { StoredEndpoint } from "./private-endpoint.ts";
import { putEndpoint } from "./put-private-endpoint.ts";
import { removeEndpoint, saveEndpoint } from "./save-private-endpoint.ts";

/** `Microsoft.Network/privateEndpoints`. Tags change by PUT: there is no PATCH (published). */
export const endpointType = (services: NetworkServices): ResourceType =>
  networkType(["privateEndpoints"], {
    get: getEndpoint(services),
    put: putEndpoint(services),
    delete: deleteEndpoint(services),
    list: listEndpointsOfGroup(services),
    listBySubscription: listEndpoints(services),
  });

const { type } = privateEndpoints;

const getEndpoint = ({ store }: NetworkServices): ArmOperation => ({
  action: `${type}/read`,
  display: { operation: "Get Private Endpoint", description: "Reads a private endpoint." },
  async handle({ resourceId, name, group, apiVersion }) {
    const endpoint = await privateEndpoints.find(store, resourceId);
    if (endpoint === undefined) {
      throw resourceNotFound({ type, name, group });
    }
    const hasZoneGroup = (await zoneGroups.children(store, endpoint.key)).length > 0;
    return readAnswer(endpointBody(endpoint, { apiVersion, hasZoneGroup }));
  },
});

const listEndpointsOfGroup = (services: NetworkServices): ArmOperation => ({
  action: `${type}/read`,
  display: { operation: "List Private Endpoints of Resource Group", description: "Lists the endpoints of a group." },
  async handle(request) {
    const parentKey = scopeId(request.path).toLowerCase();
    return listAnswer(services, request, await privateEndpoints.children(services.store, parentKey));
  },
});

const listEndpoints = (services: NetworkServices): ArmOperation => ({
  action: `${type}/read`,
  display: { operation: "List Private Endpoints", description: "Lists the private endpoints of a subscription." },
  async handle(request) {
    return listAnswer(
      services,
      request,
      await privateEndpoints.inSubscription(services.store, request.subscriptionKey),
    );
  },
});

async function listAnswer(
  { store }: NetworkServices,
  { subscriptionKey, apiVersion }: ArmRequest,
  endpoints: readonly StoredEndpoint[],
): Promise<ArmResponse> {
  const groups = await zoneGroups.inSubscription(store, subscriptionKey);
  const grouped = new Set(groups.map(({ parentKey }) => parentKey));
  const value = endpoints.map((each) => endpointBody(each, { apiVersion, hasZoneGroup: grouped.has(each.key) }));
  return networkResponse(200, { value });
}

/** Deletes a private endpoint, and its connection from the target: 200, or 202 while that takes time; 204 when there is none. */
const deleteEndpoint = (services: NetworkServices): ArmOperation => ({
  action: `${type}/delete`,
  display: { operation: "Delete Private Endpoint", description: "Deletes a private endpoint." },
  handle: (request) =>
    write(services, request, async (tx, nowMs) => {
      const endpoint = await privateEndpoints.find(tx, request.resourceId);
      if (endpoint === undefined) {
        return { response: writeAnswer(services, request, { status: 204, operation: undefined }) };
      }
      const running = await deletionUnderWay(tx, endpoint.document);
      if (running === undefined) refuseWhileBusy(request, endpoint, endpoint.document.location);
      const operation = running ?? (await beginDeletion(services, tx, endpoint, nowMs));
      const { status: from } = endpoint.document.connection.state;
      return { response: deletionAnswer(services, request, operation), detail: { from } };
    }),
});

async function beginDeletion(
  services: NetworkServices,
  tx: Transaction,
  endpoint: StoredEndpoint,
  nowMs: number,
): Promise<StoredOperation | undefined> {
  const { subscriptionKey, id: resourceId, document } = endpoint;
  const { location } = document;
  const work = { kind: endpointKinds.delete, subscriptionKey, resourceId, location, input: {} };
  const operation = await services.operations.begin(tx, work);
  if (operation === undefined) await removeEndpoint(services, tx, endpoint, nowMs);
  else await saveEndpoint(tx, endpoint, { document: { ...document, ...waitingFor(operation, "Deleting") } }, nowMs);
  return operation;
}

/** The long-running operations on private endpoints. */
export function endpointOperations(services: { clock: Clock; target: PrivateLinkTarget }): OperationKind[] {
  const { clock } = services;
  const end =
    (provisioningState: "Succeeded" | "Failed") =>
    async (tx: Transaction, { id, resourceId }: OperationSubject): Promise<void> => {
      const endpoint = await privateEndpoints.find(tx, resourceId);
      if (endpoint?.document.operationId !== id) return;
      const ended = { provisioningState, operationId: undefined, showsPlaceholder: false };
      await saveEndpoint(tx, endpoint, { document: { ...endpoint.document, ...ended } }, clock.nowMs());
    };
  const remove = async (tx: Transaction, { id, resourceId }: OperationSubject): Promise<void> => {
    const endpoint = await privateEndpoints.find(tx, resourceId);
    if (endpoint?.document.operationId === id) await removeEndpoint(services, tx, endpoint, clock.nowMs());
  };
  return [
    { name: endpointKinds.create, azureDurationMs: 30_000, succeed: end("Succeeded"), fail: end("Failed") },
    { name: endpointKinds.update, ...alreadyDone },
    { name: endpointKinds.delete, azureDurationMs: 20_000, succeed: remove, fail: end("Failed") },
  ];
}
