import type { Clock } from "../../../kernel/clock.ts";
import type { OperationKind, OperationSubject } from "../../../operations/operation-kind.ts";
import { removeResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { alreadyDone, settle } from "../settling.ts";
import { findSubnet, findVnet, touchVnet } from "../virtual-networks/vnet-store.ts";
import type { StoredSubnet } from "../virtual-networks/vnet-store.ts";

export const subnetKinds = {
  write: "network.subnet.write",
  /** A write of what is there already. */
  repeat: "network.subnet.repeat",
  delete: "network.subnet.delete",
} as const;

/** What finishes the writes and deletes of subnets that do not end before the answer. */
export function subnetOperations({ clock }: { clock: Clock }): OperationKind[] {
  const end =
    (provisioningState: "Succeeded" | "Failed") =>
    async (tx: Transaction, { id, resourceId }: OperationSubject): Promise<void> => {
      const subnet = await findSubnet(tx, resourceId);
      if (subnet === undefined) return;
      await settle(tx, subnet, { operationId: id, provisioningState, nowMs: clock.nowMs() });
      await touchParent(tx, subnet, clock.nowMs());
    };
  const remove = async (tx: Transaction, { id, resourceId }: OperationSubject): Promise<void> => {
    const subnet = await findSubnet(tx, resourceId);
    if (subnet?.document.operationId === id) await removeSubnet(tx, subnet, clock.nowMs());
  };
  return [
    // Recorded 2026: a subnet is there in 3 to 4 s.
    { name: subnetKinds.write, azureDurationMs: 4_000, succeed: end("Succeeded"), fail: end("Failed") },
    { name: subnetKinds.repeat, ...alreadyDone },
    { name: subnetKinds.delete, azureDurationMs: 10_000, succeed: remove, fail: end("Failed") },
  ];
}

/** Removes a subnet that nothing has an address of. */
export async function removeSubnet(tx: Transaction, subnet: StoredSubnet, nowMs: number): Promise<void> {
  await removeResource(tx, subnet, nowMs);
  await touchParent(tx, subnet, nowMs);
}

async function touchParent(tx: Transaction, { parentKey }: StoredSubnet, nowMs: number): Promise<void> {
  const vnet = await findVnet(tx, parentKey);
  if (vnet !== undefined) await touchVnet(tx, vnet, nowMs);
}
