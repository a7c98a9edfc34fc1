import type { Clock } from "../../../kernel/clock.ts";
import type { OperationKind, OperationSubject } from "../../../operations/operation-kind.ts";
import { removeResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { removeLinksTo } from "../virtual-network-links/virtual-network-link.ts";
import { alreadyDone, settle } from "../settling.ts";
import { findVnet, listSubnets } from "./vnet-store.ts";
import type { StoredVnet } from "./vnet-store.ts";

export const vnetKinds = {
  create: "network.virtualNetwork.write",
  update: "network.virtualNetwork.update",
  delete: "network.virtualNetwork.delete",
} as const;

/** What finishes the writes and deletes of virtual networks that do not end before the answer. */
export function vnetOperations({ clock }: { clock: Clock }): OperationKind[] {
  const end =
    (provisioningState: "Succeeded" | "Failed") =>
    async (tx: Transaction, { id, resourceId }: OperationSubject): Promise<void> => {
      const vnet = await findVnet(tx, resourceId);
      if (vnet === undefined) return;
      const how = { operationId: id, provisioningState, nowMs: clock.nowMs() };
      await settle(tx, vnet, how);
      for (const subnet of await listSubnets(tx, vnet.key)) await settle(tx, subnet, how);
    };
  const remove = async (tx: Transaction, { id, resourceId }: OperationSubject): Promise<void> => {
    const vnet = await findVnet(tx, resourceId);
    if (vnet?.document.operationId === id) await removeVnet(tx, vnet, clock.nowMs());
  };
  return [
    // Recorded 2026: a network is there in 3 to 4 s.
    { name: vnetKinds.create, azureDurationMs: 4_000, succeed: end("Succeeded"), fail: end("Failed") },
    { name: vnetKinds.update, ...alreadyDone },
    { name: vnetKinds.delete, azureDurationMs: 10_000, succeed: remove, fail: end("Failed") },
  ];
}

/** Removes a virtual network, its subnets, which nothing has an address of, and the links that zones have to it. */
export async function removeVnet(tx: Transaction, vnet: StoredVnet, nowMs: number): Promise<void> {
  for (const subnet of await listSubnets(tx, vnet.key)) await removeResource(tx, subnet, nowMs);
  await removeLinksTo(tx, vnet.id);
  await removeResource(tx, vnet, nowMs);
}
