import type { ArmOperation } from "../../../arm/resource-type.ts";
import { write } from "../../../arm/write.ts";
import type { StoredOperation } from "../../../store/operations.ts";
import type { Transaction } from "../../../store/store.ts";
import { deletionAnswer, writeAnswer } from "../network-answer.ts";
import { refuseWhileBusy } from "../network-errors.ts";
import type { NetworkServices } from "../network-services.ts";
import { deletionUnderWay, waitingFor } from "../settling.ts";
import { findSubnet, findVnet, saveSubnet } from "../virtual-networks/vnet-store.ts";
import type { StoredSubnet } from "../virtual-networks/vnet-store.ts";
import { removeSubnet, subnetKinds } from "./subnet-operations.ts";
import { checkUnoccupied } from "./subnet-rules.ts";

/** Deletes a subnet that nothing has an address of: 200 or, while it goes, 202; 204 when there was none. */
export const deleteSubnet = (services: NetworkServices): ArmOperation => ({
  action: "Microsoft.Network/virtualNetworks/subnets/delete",
  display: { operation: "Delete Subnet", description: "Deletes a subnet of a virtual network." },
  handle: (request) =>
    write(services, request, async (tx, nowMs) => {
      const subnet = await findSubnet(tx, request.resourceId);
      const vnet = subnet === undefined ? undefined : await findVnet(tx, subnet.parentKey);
      if (subnet === undefined || vnet === undefined) {
        return { response: writeAnswer(services, request, { status: 204, operation: undefined }) };
      }
      const { location } = vnet.document;
      const running = await deletionUnderWay(tx, subnet.document);
      if (running === undefined) refuseWhileBusy(request, subnet, location);
      const operation = running ?? (await begin(services, { tx, subnet, location, nowMs }));
      return { response: deletionAnswer(services, request, operation) };
    }),
});

async function begin(
  { operations }: NetworkServices,
  { tx, subnet, location, nowMs }: { tx: Transaction; subnet: StoredSubnet; location: string; nowMs: number },
): Promise<StoredOperation | undefined> {
  checkUnoccupied(subnet.document);
  const { subscriptionKey, id: resourceId, document } = subnet;
  const work = { kind: subnetKinds.delete, subscriptionKey, resourceId, location, input: {} };
  const operation = await operations.begin(tx, work);
  if (operation === undefined) await removeSubnet(tx, subnet, nowMs);
  else await saveSubnet(tx, subnet, { ...document, ...waitingFor(operation, "Deleting") }, nowMs);
  return operation;
}
