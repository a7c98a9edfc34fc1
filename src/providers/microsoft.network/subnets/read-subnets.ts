import { networkResponse } from "../../../arm/arm-response.ts";
import type { ArmOperation } from "../../../arm/resource-type.ts";
import { readAnswer } from "../network-answer.ts";
import { childNotFound } from "../network-errors.ts";
import type { NetworkServices } from "../network-services.ts";
import { findSubnet, findVnet, listSubnets } from "../virtual-networks/vnet-store.ts";
import { subnetBody } from "./subnet-body.ts";

const action = "Microsoft.Network/virtualNetworks/subnets/read";

/** One subnet. */
export const getSubnet = ({ store }: NetworkServices): ArmOperation => ({
  action,
  display: { operation: "Get Subnet", description: "Reads a subnet of a virtual network." },
  async handle(request) {
    const subnet = await findSubnet(store, request.resourceId);
    const vnet = subnet === undefined ? undefined : await findVnet(store, subnet.parentKey);
    if (subnet === undefined || vnet === undefined) throw childNotFound(request.resourceId);
    return readAnswer(subnetBody(subnet, vnet, request.apiVersion));
  },
});

/** The subnets of a virtual network. */
export const listSubnetsOfVnet = ({ store }: NetworkServices): ArmOperation => ({
  action,
  display: { operation: "List Subnets", description: "Lists the subnets of a virtual network." },
  async handle(request) {
    const vnet = await findVnet(store, request.resourceId);
    const subnets = vnet === undefined ? [] : await listSubnets(store, vnet.key);
    return networkResponse(200, {
      value: subnets.flatMap((each) => (vnet === undefined ? [] : subnetBody(each, vnet, request.apiVersion))),
    });
  },
});
