import { resourceNotFound } from "../../../arm/errors.ts";
import { alreadyDone, lifecycleOperations, lifecycleWork, patchTags } from "../../../arm/lifecycle.ts";
import type { Lifecycle } from "../../../arm/lifecycle.ts";
import { removeResource } from "../../../store/resources.ts";
import type { ResourceType } from "../../../arm/resource-type.ts";
import { joinNetwork } from "../linked-access.ts";
import { networkDialect, networkType } from "../network-type.ts";
import type { NetworkServices } from "../network-type.ts";
import { removeLinksTo } from "../virtual-network-links/virtual-network-link.ts";
import { subnets } from "../subnets/subnet.ts";
import { checkUnoccupied } from "../subnets/subnet-rules.ts";
import { readTags } from "../network-request.ts";
import { putVnet, vnetWork } from "./put-virtual-network.ts";
import { virtualNetworks, vnetBody } from "./virtual-network.ts";
import type { VnetDocument } from "./virtual-network.ts";

const lifecycle = (services: NetworkServices): Lifecycle<VnetDocument> => ({
  kind: virtualNetworks,
  dialect: networkDialect(services),
  noun: "Virtual Network",
  plural: "Virtual Networks",
  work: { write: vnetWork.create, delete: vnetWork.delete },
  below: subnets,
  async bodies(from, vnets, { apiVersion }) {
    const below = await subnets.byParent(from, vnets);
    return vnets.map((vnet) => vnetBody(vnet, below.get(vnet.key) ?? [], apiVersion));
  },
  notFound: ({ name, group }) => resourceNotFound({ type: virtualNetworks.type, name, group }),
  locationOf: (_from, { document: { location } }) => location,
  async checkRemovable(tx, { key }) {
    for (const { document } of await subnets.children(tx, key)) checkUnoccupied(document);
  },
  /** Its subnets, which have no addresses in use, and the links of zones to it are removed with it. */
  async remove(tx, vnet) {
    for (const subnet of await subnets.children(tx, vnet.key)) await removeResource(tx, subnet);
    await removeLinksTo(tx, vnet.id);
    await removeResource(tx, vnet);
  },
});

/** `Microsoft.Network/virtualNetworks`. */
export function virtualNetworkType(services: NetworkServices): ResourceType {
  const life = lifecycle(services);
  const put = putVnet(services);
  return {
    ...networkType(virtualNetworks.types, {
      ...lifecycleOperations(life),
      put,
      patch: { ...put, handle: patchTags(life, readTags) },
    }),
    listedActions: [joinNetwork],
    work: [...lifecycleWork(life), alreadyDone(vnetWork.update)],
    release: (tx, { id }) => removeLinksTo(tx, id),
  };
}
