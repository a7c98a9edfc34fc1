import { findResource, listChildren, listInSubscription, updateResource } from "../../../store/resources.ts";
import type { StoredResource } from "../../../store/resources.ts";
import type { Queryable, Transaction } from "../../../store/store.ts";
import { subnetTypeKey } from "../subnets/subnet-document.ts";
import type { SubnetDocument } from "../subnets/subnet-document.ts";
import { vnetTypeKey } from "./vnet-document.ts";
import type { VnetDocument } from "./vnet-document.ts";

export type StoredVnet = StoredResource<VnetDocument>;
export type StoredSubnet = StoredResource<SubnetDocument>;

/** The virtual network with this id, in any case. */
export async function findVnet(from: Queryable, id: string): Promise<StoredVnet | undefined> {
  const found = await findResource<VnetDocument>(from, id);
  return found?.typeKey === vnetTypeKey ? found : undefined;
}

/** The subnet with this id, in any case. */
export async function findSubnet(from: Queryable, id: string): Promise<StoredSubnet | undefined> {
  const found = await findResource<SubnetDocument>(from, id);
  return found?.typeKey === subnetTypeKey ? found : undefined;
}

/** The subnets of a virtual network, by name. */
export const listSubnets = (from: Queryable, vnetKey: string): Promise<StoredSubnet[]> =>
  listChildren<SubnetDocument>(from, { parentKey: vnetKey, typeKey: subnetTypeKey });

/** The subnets of all virtual networks in a subscription, by the key of their network: one query for a whole list. */
export async function subnetsByVnet(
  from: Queryable,
  subscriptionId: string,
): Promise<ReadonlyMap<string, StoredSubnet[]>> {
  const scope = { subscriptionKey: subscriptionId.toLowerCase(), typeKey: subnetTypeKey };
  return Map.groupBy(await listInSubscription<SubnetDocument>(from, scope), ({ parentKey }) => parentKey);
}

/** Gives a virtual network another etag, because something in it has changed. */
export async function touchVnet(tx: Transaction, vnet: StoredVnet, nowMs: number): Promise<StoredVnet> {
  return updateResource(tx, vnet, { document: vnet.document }, nowMs);
}

/** Writes a subnet that this transaction has read; what shows it has another etag from now on. */
export async function saveSubnet(
  tx: Transaction,
  subnet: StoredSubnet,
  document: SubnetDocument,
  nowMs: number,
): Promise<StoredSubnet> {
  const vnet = await findVnet(tx, subnet.parentKey);
  if (vnet !== undefined) await touchVnet(tx, vnet, nowMs);
  return updateResource(tx, subnet, { document }, nowMs);
}
