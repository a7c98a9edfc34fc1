import type { ArmOperation } from "../../../arm/resource-type.ts";
import { write } from "../../../arm/write.ts";
import type { StoredOperation } from "../../../store/operations.ts";
import type { Transaction } from "../../../store/store.ts";
import { deletionAnswer, writeAnswer } from "../network-answer.ts";
import { refuseWhileBusy } from "../network-errors.ts";
import type { NetworkServices } from "../network-services.ts";
import { deletionUnderWay, waitingFor } from "../settling.ts";
import { endpointKinds } from "./endpoint-operations.ts";
import { findEndpoint } from "./endpoint-store.ts";
import type { StoredEndpoint } from "./endpoint-store.ts";
import { removeEndpoint } from "./remove-endpoint.ts";
import { saveEndpoint } from "./save-endpoint.ts";

/** Deletes a private endpoint, and its connection from the target: 200 or, while it goes, 202; 204 when there was none. */
export const deleteEndpoint = (services: NetworkServices): ArmOperation => ({
  action: "Microsoft.Network/privateEndpoints/delete",
  display: { operation: "Delete Private Endpoint", description: "Deletes a private endpoint." },
  handle: (request) =>
    write(services, request, async (tx, nowMs) => {
      const endpoint = await findEndpoint(tx, request.resourceId);
      if (endpoint === undefined) {
        return { response: writeAnswer(services, request, { status: 204, operation: undefined }) };
      }
      const running = await deletionUnderWay(tx, endpoint.document);
      if (running === undefined) refuseWhileBusy(request, endpoint, endpoint.document.location);
      const operation = running ?? (await begin(services, tx, endpoint, nowMs));
      const { status: from } = endpoint.document.connection.state;
      return { response: deletionAnswer(services, request, operation), detail: { from } };
    }),
});

async function begin(
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
