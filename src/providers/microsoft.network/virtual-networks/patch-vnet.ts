import type { ArmOperation } from "../../../arm/resource-type.ts";
import { write } from "../../../arm/write.ts";
import { updateResource } from "../../../store/resources.ts";
import { writeAnswer } from "../network-answer.ts";
import { refuseWhileBusy } from "../network-errors.ts";
import type { NetworkServices } from "../network-services.ts";
import { readTags } from "../tracked-request.ts";
import { vnetNotFound } from "./read-vnets.ts";
import { vnetBody } from "./vnet-body.ts";
import { findVnet, listSubnets } from "./vnet-store.ts";

/** Replaces the tags of a virtual network, and nothing else: at once, in every timing (published). */
export const patchVnet = (services: NetworkServices): ArmOperation => ({
  action: "Microsoft.Network/virtualNetworks/write",
  display: { operation: "Create or Update Virtual Network", description: "Creates a virtual network or changes it." },
  body: "required",
  async handle(request) {
    const tags = readTags(request.body);
    return write(services, request, async (tx, nowMs) => {
      const current = await findVnet(tx, request.resourceId);
      if (current === undefined) throw vnetNotFound(request);
      refuseWhileBusy(request, current, current.document.location);
      const vnet = await updateResource(tx, current, { document: { ...current.document, tags } }, nowMs);
      const body = vnetBody(vnet, await listSubnets(tx, vnet.key), request.apiVersion);
      return { response: writeAnswer(services, request, { status: 200, body, operation: undefined }) };
    });
  },
});
