import type { ResourceType } from "../../../arm/resource-type.ts";
import { joinSubnet } from "../join-actions.ts";
import type { NetworkServices } from "../network-services.ts";
import { networkType } from "../network-type.ts";
import { deleteSubnet } from "./delete-subnet.ts";
import { putSubnet } from "./put-subnet.ts";
import { getSubnet, listSubnetsOfVnet } from "./read-subnets.ts";

/** `subnets` of a virtual network. */
export const subnetType = (services: NetworkServices): ResourceType => ({
  ...networkType(["virtualNetworks", "subnets"], {
    get: getSubnet(services),
    put: putSubnet(services),
    delete: deleteSubnet(services),
    list: listSubnetsOfVnet(services),
  }),
  listedActions: [joinSubnet],
});
