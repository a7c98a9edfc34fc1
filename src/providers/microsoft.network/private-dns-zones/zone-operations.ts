import type { Clock } from "../../../kernel/clock.ts";
import type { OperationKind, OperationSubject } from "../../../operations/operation-kind.ts";
import { removeResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { settle } from "../settling.ts";
import type { StoredZone } from "./dns-documents.ts";
import { findLink, findStoredZone, listLinks, listRecordSets } from "./dns-store.ts";

export const dnsKinds = {
  writeZone: "privateDnsZone.write",
  deleteZone: "privateDnsZone.delete",
  writeLink: "privateDnsZone.link.write",
  deleteLink: "privateDnsZone.link.delete",
} as const;

/** One look later: Azure's clients find it done when they come back after Retry-After (recorded). */
const azureDurationMs = 30_000;

/** What finishes the writes and deletes of zones and links that do not end before the answer. */
export function dnsOperations({ clock }: { clock: Clock }): OperationKind[] {
  const end =
    (provisioningState: "Succeeded" | "Failed") =>
    (tx: Transaction, subject: OperationSubject): Promise<void> =>
      endWaiting(tx, subject, { provisioningState, nowMs: clock.nowMs() });
  const write = { azureDurationMs, succeed: end("Succeeded"), fail: end("Failed") };
  const remove = (tx: Transaction, subject: OperationSubject): Promise<void> =>
    removeWaiting(tx, subject, clock.nowMs());
  const deletion = { azureDurationMs, succeed: remove, fail: end("Failed") };
  return [
    { name: dnsKinds.writeZone, ...write },
    { name: dnsKinds.writeLink, ...write },
    { name: dnsKinds.deleteZone, ...deletion },
    { name: dnsKinds.deleteLink, ...deletion },
  ];
}

async function endWaiting(
  tx: Transaction,
  { id: operationId, resourceId }: OperationSubject,
  outcome: { provisioningState: "Succeeded" | "Failed"; nowMs: number },
): Promise<void> {
  const end = { operationId, ...outcome };
  const zone = await findStoredZone(tx, resourceId);
  if (zone !== undefined) await settle(tx, zone, end);
  const link = await findLink(tx, resourceId);
  if (link === undefined) return;
  const isCompleted = link.document.isCompleted || outcome.provisioningState === "Succeeded";
  await settle(tx, { ...link, document: { ...link.document, isCompleted } }, end);
}

async function removeWaiting(tx: Transaction, { id, resourceId }: OperationSubject, nowMs: number): Promise<void> {
  const zone = await findStoredZone(tx, resourceId);
  if (zone?.document.operationId === id) await removeZone(tx, zone, nowMs);
  const link = await findLink(tx, resourceId);
  if (link?.document.operationId === id) await removeResource(tx, link, nowMs);
}

/** Removes a zone and all below it. */
export async function removeZone(tx: Transaction, zone: StoredZone, nowMs: number): Promise<void> {
  await removeZoneChildren(tx, zone, nowMs);
  await removeResource(tx, zone, nowMs);
}

/** Removes the links and record sets of a zone. */
export async function removeZoneChildren(
  tx: Transaction,
  { key }: Pick<StoredZone, "key">,
  nowMs: number,
): Promise<void> {
  for (const link of await listLinks(tx, key)) await removeResource(tx, link, nowMs);
  for (const recordSet of await listRecordSets(tx, key)) await removeResource(tx, recordSet, nowMs);
}
