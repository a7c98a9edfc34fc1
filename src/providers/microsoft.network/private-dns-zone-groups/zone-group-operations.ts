import type { Clock } from "../../../kernel/clock.ts";
import type { OperationKind, OperationSubject } from "../../../operations/operation-kind.ts";
import type { Transaction } from "../../../store/store.ts";
import { findEndpoint } from "../private-endpoints/endpoint-store.ts";
import { touchEndpoint } from "../private-endpoints/save-endpoint.ts";
import { settle } from "../settling.ts";
import { removeZoneGroup } from "./remove-zone-group.ts";
import { findZoneGroup } from "./zone-group-store.ts";

export const zoneGroupKinds = { write: "network.zoneGroup.write", delete: "network.zoneGroup.delete" } as const;

/** What finishes the writes and deletes of zone groups that do not end before the answer. */
export function zoneGroupOperations({ clock }: { clock: Clock }): OperationKind[] {
  const end =
    (provisioningState: "Succeeded" | "Failed") =>
    async (tx: Transaction, { id, resourceId }: OperationSubject): Promise<void> => {
      const group = await findZoneGroup(tx, resourceId);
      if (group !== undefined) await settle(tx, group, { operationId: id, provisioningState, nowMs: clock.nowMs() });
    };
  const remove = async (tx: Transaction, { id, resourceId }: OperationSubject): Promise<void> => {
    const group = await findZoneGroup(tx, resourceId);
    const endpoint = group === undefined ? undefined : await findEndpoint(tx, group.parentKey);
    if (endpoint === undefined || group?.document.operationId !== id) return;
    await removeZoneGroup(tx, group, endpoint.document, clock.nowMs());
    await touchEndpoint(tx, endpoint, clock.nowMs());
  };
  return [
    // Recorded 2026: done when a client first looks.
    { name: zoneGroupKinds.write, azureDurationMs: 5_000, succeed: end("Succeeded"), fail: end("Failed") },
    { name: zoneGroupKinds.delete, azureDurationMs: 5_000, succeed: remove, fail: end("Failed") },
  ];
}
