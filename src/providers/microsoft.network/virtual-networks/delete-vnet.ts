import type { ArmOperation } from "../../../arm/resource-type.ts";
import { write } from "../../../arm/write.ts";
import { updateResource } from "../../../store/resources.ts";
import { retryAfterSeconds, writeAnswer } from "../network-answer.ts";
import { refuseWhileBusy } from "../network-errors.ts";
import type { NetworkServices } from "../network-services.ts";
import { waitingFor } from "../settling.ts";
import { checkUnoccupied } from "../subnets/subnet-rules.ts";
import { removeVnet, vnetKinds } from "./vnet-operations.ts";
import { findVnet, listSubnets } from "./vnet-store.ts";

/** Deletes a virtual network that nothing has an address of: 200 or, while it goes, 202; 204 when there was none. */
export const deleteVnet = (services: NetworkServices): ArmOperation => ({
  action: "Microsoft.Network/virtualNetworks/delete",
  display: { operation: "Delete Virtual Network", description: "Deletes a virtual network and its subnets." },
  handle: (request) =>
    write(services, request, async (tx, nowMs) => {
      const vnet = await findVnet(tx, request.resourceId);
      if (vnet === undefined)
        return { response: writeAnswer(services, request, { status: 204, operation: undefined }) };
      const { location } = vnet.document;
      refuseWhileBusy(request, vnet, location);
      for (const { document } of await listSubnets(tx, vnet.key)) checkUnoccupied(document);
      const { subscriptionKey, id: resourceId } = vnet;
      const work = { kind: vnetKinds.delete, subscriptionKey, resourceId, location, input: {} };
      const operation = await services.operations.begin(tx, work);
      if (operation === undefined) await removeVnet(tx, vnet, nowMs);
      else {
        await updateResource(tx, vnet, { document: { ...vnet.document, ...waitingFor(operation, "Deleting") } }, nowMs);
      }
      const status = operation === undefined ? 200 : 202;
      const answer = { status, operation, retryAfterSeconds: retryAfterSeconds.others };
      return { response: writeAnswer(services, request, answer) };
    }),
});
