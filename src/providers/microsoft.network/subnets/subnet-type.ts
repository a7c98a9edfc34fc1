import { alreadyDone, lifecycleOperations, lifecycleWork } from "../../../arm/lifecycle.ts";
import type { Lifecycle } from "../../../arm/lifecycle.ts";
import { groupIdOf, isSame } from "../../../arm/resource-id.ts";
import type { ResourceType } from "../../../arm/resource-type.ts";
import { removeResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { joinSubnet } from "../linked-access.ts";
import { networkDialect, networkType } from "../network-type.ts";
import { childNotFound } from "../network-errors.ts";
import type { NetworkServices } from "../network-type.ts";
import { privateEndpoints } from "../private-endpoints/private-endpoint.ts";
import { removeEndpoint } from "../private-endpoints/save-private-endpoint.ts";
import { saveSubnet, touchVnet, virtualNetworks, vnetEtag } from "../virtual-networks/virtual-network.ts";
import { putSubnet, subnetWork } from "./put-subnet.ts";
import { checkUnoccupied } from "./subnet-rules.ts";
import { subnetBody, subnets } from "./subnet.ts";
import type { StoredSubnet, SubnetDocument } from "./subnet.ts";

const lifecycle = (services: NetworkServices): Lifecycle<SubnetDocument> => ({
  kind: subnets,
  dialect: networkDialect(services),
  noun: "Subnet",
  plural: "Subnets",
  work: { write: subnetWork.write, delete: subnetWork.delete },
  async bodies(from, listed, { apiVersion }) {
    const [first] = listed;
    // Reads are in no transaction: the network may be deleted between two of them.
    const vnet = first === undefined ? undefined : await virtualNetworks.find(from, first.parentKey);
    if (vnet === undefined) return [];
    const etag = vnetEtag(vnet);
    return listed.map((subnet) => subnetBody(subnet, { etag, apiVersion }));
  },
  notFound: ({ resourceId }) => childNotFound(resourceId),
  locationOf: async (from, { parentKey }) => (await virtualNetworks.require(from, parentKey)).document.location,
  checkRemovable: (_tx, { document }) => checkUnoccupied(document),
  save: saveSubnet,
  async remove(tx, subnet, nowMs) {
    await removeResource(tx, subnet);
    await touchVnet(tx, await virtualNetworks.require(tx, subnet.parentKey), nowMs);
  },
});

/** `subnets` of a virtual network. */
export function subnetType(services: NetworkServices): ResourceType {
  const life = lifecycle(services);
  return {
    ...networkType(subnets.types, { ...lifecycleOperations(life), put: putSubnet(services) }),
    listedActions: [joinSubnet],
    work: [...lifecycleWork(life), alreadyDone(subnetWork.repeat)],
    release: (tx, resource, nowMs) => vacate(services, tx, subnets.cast(resource), nowMs),
  };
}

/** Refuses to delete a resource group while an endpoint of another group is in one of its subnets, as in Azure. @throws ArmError */
async function vacate(services: NetworkServices, tx: Transaction, subnet: StoredSubnet, nowMs: number): Promise<void> {
  for (const { privateEndpointId } of subnet.document.occupants) {
    const endpoint = await privateEndpoints.find(tx, privateEndpointId);
    if (endpoint === undefined || !isSame(groupIdOf(endpoint.id), groupIdOf(subnet.id))) continue;
    await services.operations.cancelAll(tx, endpoint.id);
    await removeEndpoint(services, tx, endpoint, nowMs);
  }
  const left = await subnets.find(tx, subnet.id);
  if (left !== undefined) checkUnoccupied(left.document);
}
