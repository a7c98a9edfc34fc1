import { networkResponse } from "../../../arm/arm-response.ts";
import type { ArmResponse } from "../../../arm/arm-response.ts";
import { scopeId } from "../../../arm/resource-id.ts";
import { resourceNotFound } from "../../../arm/errors.ts";
import type { ArmOperation, ArmRequest } from "../../../arm/resource-type.ts";
import { listChildren, listInSubscription } from "../../../store/resources.ts";
import { readAnswer } from "../network-answer.ts";
import type { NetworkServices } from "../network-services.ts";
import { vnetBody } from "./vnet-body.ts";
import { vnetTypeKey } from "./vnet-document.ts";
import type { VnetDocument } from "./vnet-document.ts";
import { findVnet, listSubnets, subnetsByVnet } from "./vnet-store.ts";
import type { StoredVnet } from "./vnet-store.ts";

const action = "Microsoft.Network/virtualNetworks/read";

/** One virtual network. */
export const getVnet = ({ store }: NetworkServices): ArmOperation => ({
  action,
  display: { operation: "Get Virtual Network", description: "Reads a virtual network." },
  async handle(request) {
    const vnet = await findVnet(store, request.resourceId);
    if (vnet === undefined) throw vnetNotFound(request);
    return readAnswer(vnetBody(vnet, await listSubnets(store, vnet.key), request.apiVersion));
  },
});

/** The virtual networks of a resource group. */
export const listVnetsOfGroup = (services: NetworkServices): ArmOperation => ({
  action,
  display: { operation: "List Virtual Networks of Resource Group", description: "Lists the networks of a group." },
  async handle(request) {
    const parent = { parentKey: scopeId(request.path).toLowerCase(), typeKey: vnetTypeKey };
    return listAnswer(services, request, await listChildren<VnetDocument>(services.store, parent));
  },
});

/** The virtual networks of a subscription. */
export const listVnets = (services: NetworkServices): ArmOperation => ({
  action,
  display: { operation: "List Virtual Networks", description: "Lists the virtual networks of a subscription." },
  async handle(request) {
    const scope = { subscriptionKey: request.path.subscriptionId?.toLowerCase() ?? "", typeKey: vnetTypeKey };
    return listAnswer(services, request, await listInSubscription<VnetDocument>(services.store, scope));
  },
});

async function listAnswer(
  { store }: NetworkServices,
  { path, apiVersion }: ArmRequest,
  vnets: readonly StoredVnet[],
): Promise<ArmResponse> {
  const subnets = await subnetsByVnet(store, path.subscriptionId ?? "");
  const value = vnets.map((vnet) => vnetBody(vnet, subnets.get(vnet.key) ?? [], apiVersion));
  return networkResponse(200, { value });
}

/** A network that ARM's own index does not have. */
export const vnetNotFound = ({ path }: ArmRequest): Error =>
  resourceNotFound({
    type: "Microsoft.Network/virtualNetworks",
    name: path.names[0] ?? "",
    group: path.resourceGroup ?? "",
  });
