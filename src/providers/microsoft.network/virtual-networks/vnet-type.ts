import type { ResourceType } from "../../../arm/resource-type.ts";
import { joinNetwork } from "../join-actions.ts";
import type { NetworkServices } from "../network-services.ts";
import { networkType } from "../network-type.ts";
import { deleteVnet } from "./delete-vnet.ts";
import { patchVnet } from "./patch-vnet.ts";
import { putVnet } from "./put-vnet.ts";
import { getVnet, listVnets, listVnetsOfGroup } from "./read-vnets.ts";

/** `Microsoft.Network/virtualNetworks`. */
export const vnetType = (services: NetworkServices): ResourceType => ({
  ...networkType(["virtualNetworks"], {
    get: getVnet(services),
    put: putVnet(services),
    patch: patchVnet(services),
    delete: deleteVnet(services),
    list: listVnetsOfGroup(services),
    listBySubscription: listVnets(services),
  }),
  listedActions: [joinNetwork],
});
