import type { Clock } from "../../../kernel/clock.ts";
import type { OperationKind, OperationSubject } from "../../../operations/operation-kind.ts";
import type { PrivateLinkTarget } from "../../../private-link/contract.ts";
import type { Transaction } from "../../../store/store.ts";
import { alreadyDone } from "../settling.ts";
import { findEndpoint } from "./endpoint-store.ts";
import { removeEndpoint } from "./remove-endpoint.ts";
import { saveEndpoint } from "./save-endpoint.ts";

export const endpointKinds = {
  create: "network.privateEndpoint.create",
  update: "network.privateEndpoint.update",
  delete: "network.privateEndpoint.delete",
} as const;

/** What finishes the writes and deletes of private endpoints that do not end before the answer. */
export function endpointOperations(services: { clock: Clock; target: PrivateLinkTarget }): OperationKind[] {
  const { clock } = services;
  const end =
    (provisioningState: "Succeeded" | "Failed") =>
    async (tx: Transaction, { id, resourceId }: OperationSubject): Promise<void> => {
      const endpoint = await findEndpoint(tx, resourceId);
      if (endpoint?.document.operationId !== id) return;
      const ended = { provisioningState, operationId: undefined, showsPlaceholder: false };
      await saveEndpoint(tx, endpoint, { document: { ...endpoint.document, ...ended } }, clock.nowMs());
    };
  const remove = async (tx: Transaction, { id, resourceId }: OperationSubject): Promise<void> => {
    const endpoint = await findEndpoint(tx, resourceId);
    if (endpoint?.document.operationId === id) await removeEndpoint(services, tx, endpoint, clock.nowMs());
  };
  return [
    { name: endpointKinds.create, azureDurationMs: 30_000, succeed: end("Succeeded"), fail: end("Failed") },
    { name: endpointKinds.update, ...alreadyDone },
    { name: endpointKinds.delete, azureDurationMs: 20_000, succeed: remove, fail: end("Failed") },
  ];
}
