import { networkResponse } from "../../../arm/arm-response.ts";
import type { ArmOperation, ResourceType } from "../../../arm/resource-type.ts";
import { write } from "../../../arm/write.ts";
import type { Clock } from "../../../kernel/clock.ts";
import type { OperationKind, OperationSubject } from "../../../operations/operation-kind.ts";
import type { StoredOperation } from "../../../store/operations.ts";
import { updateResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { deletionAnswer, readAnswer, writeAnswer } from "../network-answer.ts";
import { childNotFound, refuseWhileBusy } from "../network-errors.ts";
import type { NetworkServices } from "../network-services.ts";
import { networkType } from "../network-type.ts";
import { privateEndpoints, touchEndpoint } from "../private-endpoints/private-endpoint.ts";
import type { StoredEndpoint } from "../private-endpoints/private-endpoint.ts";
import { deletionUnderWay, settle, waitingFor } from "../settling.ts";
import { removeZoneGroup, zoneGroupBody, zoneGroupKinds, zoneGroups } from "./private-dns-zone-group.ts";
import type { StoredZoneGroup } from "./private-dns-zone-group.ts";
import { putZoneGroup } from "./put-private-dns-zone-group.ts";

/** `privateDnsZoneGroups` of a private endpoint: the private DNS zones that its name is in. */
export const zoneGroupType = (services: NetworkServices): ResourceType =>
  networkType(["privateEndpoints", "privateDnsZoneGroups"], {
    get: getZoneGroup(services),
    put: putZoneGroup(services),
    delete: deleteZoneGroup(services),
    list: listZoneGroupsOfEndpoint(services),
  });

const typeAction = "Microsoft.Network/privateEndpoints/privateDnsZoneGroups";

const getZoneGroup = ({ store }: NetworkServices): ArmOperation => ({
  action: `${typeAction}/read`,
  display: { operation: "Get Private DNS Zone Group", description: "Reads a private DNS zone group." },
  async handle(request) {
    const group = await zoneGroups.find(store, request.resourceId);
    const endpoint = group === undefined ? undefined : await privateEndpoints.find(store, group.parentKey);
    if (group === undefined || endpoint === undefined) throw childNotFound(request.resourceId);
    return readAnswer(zoneGroupBody(group, endpoint.document));
  },
});

const listZoneGroupsOfEndpoint = ({ store }: NetworkServices): ArmOperation => ({
  action: `${typeAction}/read`,
  display: { operation: "List Private DNS Zone Groups", description: "Lists the zone groups of a private endpoint." },
  async handle(request) {
    const endpoint = await privateEndpoints.find(store, request.resourceId);
    if (endpoint === undefined) return networkResponse(200, { value: [] });
    const groups = await zoneGroups.children(store, endpoint.key);
    return networkResponse(200, { value: groups.map((group) => zoneGroupBody(group, endpoint.document)) });
  },
});

/** Deletes a zone group and its records: 200, or 202 while that takes time; 204 when there is none. */
const deleteZoneGroup = (services: NetworkServices): ArmOperation => ({
  action: `${typeAction}/delete`,
  display: { operation: "Delete Private DNS Zone Group", description: "Deletes a private DNS zone group." },
  handle: (request) =>
    write(services, request, async (tx, nowMs) => {
      const group = await zoneGroups.find(tx, request.resourceId);
      const endpoint = group === undefined ? undefined : await privateEndpoints.find(tx, group.parentKey);
      if (group === undefined || endpoint === undefined) {
        return { response: writeAnswer(services, request, { status: 204, operation: undefined }) };
      }
      const running = await deletionUnderWay(tx, group.document);
      if (running === undefined) refuseWhileBusy(request, group, endpoint.document.location);
      const operation = running ?? (await beginDeletion(services, { tx, nowMs, group, endpoint }));
      return { response: deletionAnswer(services, request, operation) };
    }),
});

async function beginDeletion(
  { operations }: NetworkServices,
  { tx, nowMs, group, endpoint }: { tx: Transaction; nowMs: number; group: StoredZoneGroup; endpoint: StoredEndpoint },
): Promise<StoredOperation | undefined> {
  const { location } = endpoint.document;
  const { subscriptionKey, id: resourceId, document } = group;
  const work = { kind: zoneGroupKinds.delete, subscriptionKey, resourceId, location, input: {} };
  const operation = await operations.begin(tx, work);
  if (operation === undefined) {
    await removeZoneGroup(tx, group, endpoint.document, nowMs);
    await touchEndpoint(tx, endpoint, nowMs);
  } else await updateResource(tx, group, { document: { ...document, ...waitingFor(operation, "Deleting") } }, nowMs);
  return operation;
}

/** The long-running operations on zone groups. */
export function zoneGroupOperations({ clock }: { clock: Clock }): OperationKind[] {
  const end =
    (provisioningState: "Succeeded" | "Failed") =>
    async (tx: Transaction, { id, resourceId }: OperationSubject): Promise<void> => {
      const group = await zoneGroups.find(tx, resourceId);
      if (group !== undefined) await settle(tx, group, { operationId: id, provisioningState, nowMs: clock.nowMs() });
    };
  const remove = async (tx: Transaction, { id, resourceId }: OperationSubject): Promise<void> => {
    const group = await zoneGroups.find(tx, resourceId);
    const endpoint = group === undefined ? undefined : await privateEndpoints.find(tx, group.parentKey);
    if (endpoint === undefined || group?.document.operationId !== id) return;
    await removeZoneGroup(tx, group, endpoint.document, clock.nowMs());
    await touchEndpoint(tx, endpoint, clock.nowMs());
  };
  return [
    // Recorded 2026: done when a client first looks.
    { name: zoneGroupKinds.write, azureDurationMs: 5_000, succeed: end("Succeeded"), fail: end("Failed") },
    { name: zoneGroupKinds.delete, azureDurationMs: 5_000, succeed: remove, fail: end("Failed") },
  ];
}
