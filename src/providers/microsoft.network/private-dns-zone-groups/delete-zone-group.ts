import type { ArmOperation } from "../../../arm/resource-type.ts";
import { write } from "../../../arm/write.ts";
import type { StoredOperation } from "../../../store/operations.ts";
import { updateResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { deletionAnswer, writeAnswer } from "../network-answer.ts";
import { refuseWhileBusy } from "../network-errors.ts";
import type { NetworkServices } from "../network-services.ts";
import { findEndpoint } from "../private-endpoints/endpoint-store.ts";
import type { StoredEndpoint } from "../private-endpoints/endpoint-store.ts";
import { touchEndpoint } from "../private-endpoints/save-endpoint.ts";
import { deletionUnderWay, waitingFor } from "../settling.ts";
import { removeZoneGroup } from "./remove-zone-group.ts";
import { zoneGroupKinds } from "./zone-group-operations.ts";
import { findZoneGroup } from "./zone-group-store.ts";
import type { StoredZoneGroup } from "./zone-group-store.ts";

/** Takes an endpoint's name out of its zones: 200 or, while it goes, 202; 204 when there was no such group. */
export const deleteZoneGroup = (services: NetworkServices): ArmOperation => ({
  action: "Microsoft.Network/privateEndpoints/privateDnsZoneGroups/delete",
  display: { operation: "Delete Private DNS Zone Group", description: "Deletes a private DNS zone group." },
  handle: (request) =>
    write(services, request, async (tx, nowMs) => {
      const group = await findZoneGroup(tx, request.resourceId);
      const endpoint = group === undefined ? undefined : await findEndpoint(tx, group.parentKey);
      if (group === undefined || endpoint === undefined) {
        return { response: writeAnswer(services, request, { status: 204, operation: undefined }) };
      }
      const running = await deletionUnderWay(tx, group.document);
      if (running === undefined) refuseWhileBusy(request, group, endpoint.document.location);
      const operation = running ?? (await begin(services, { tx, nowMs, group, endpoint }));
      return { response: deletionAnswer(services, request, operation) };
    }),
});

async function begin(
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
