import type { ArmOperation } from "../../../arm/resource-type.ts";
import { write } from "../../../arm/write.ts";
import type { StoredOperation } from "../../../store/operations.ts";
import { updateResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { deletionAnswer, writeAnswer } from "../network-answer.ts";
import { refuseWhileBusy } from "../network-errors.ts";
import type { NetworkServices } from "../network-services.ts";
import { deletionUnderWay, waitingFor } from "../settling.ts";
import { checkUnoccupied } from "../subnets/subnet-rules.ts";
import { removeVnet, vnetKinds } from "./vnet-operations.ts";
import { findVnet, listSubnets } from "./vnet-store.ts";
import type { StoredVnet } from "./vnet-store.ts";

/** Deletes a virtual network that nothing has an address of: 200 or, while it goes, 202; 204 when there was none. */
export const deleteVnet = (services: NetworkServices): ArmOperation => ({
  action: "Microsoft.Network/virtualNetworks/delete",
  display: { operation: "Delete Virtual Network", description: "Deletes a virtual network and its subnets." },
  handle: (request) =>
    write(services, request, async (tx, nowMs) => {
      const vnet = await findVnet(tx, request.resourceId);
      if (vnet === undefined) {
        return { response: writeAnswer(services, request, { status: 204, operation: undefined }) };
      }
      const running = await deletionUnderWay(tx, vnet.document);
      if (running === undefined) refuseWhileBusy(request, vnet, vnet.document.location);
      const operation = running ?? (await begin(services, tx, vnet, nowMs));
      return { response: deletionAnswer(services, request, operation) };
    }),
});

async function begin(
  { operations }: NetworkServices,
  tx: Transaction,
  vnet: StoredVnet,
  nowMs: number,
): Promise<StoredOperation | undefined> {
  for (const { document } of await listSubnets(tx, vnet.key)) checkUnoccupied(document);
  const { subscriptionKey, id: resourceId, document } = vnet;
  const { location } = document;
  const work = { kind: vnetKinds.delete, subscriptionKey, resourceId, location, input: {} };
  const operation = await operations.begin(tx, work);
  if (operation === undefined) await removeVnet(tx, vnet, nowMs);
  else await updateResource(tx, vnet, { document: { ...document, ...waitingFor(operation, "Deleting") } }, nowMs);
  return operation;
}
