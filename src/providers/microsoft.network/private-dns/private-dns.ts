import type { ResourceType } from "../../../arm/resource-type.ts";
import type { Clock } from "../../../kernel/clock.ts";
import type { OperationKind, OperationSubject } from "../../../operations/operation-kind.ts";
import { removeResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import type { GenericView, RemoveResource } from "../../provider.ts";
import { removeZone, removeZoneChildren, zoneKinds, zoneType } from "../private-dns-zones/private-dns-zone.ts";
import { recordSetTypes } from "../record-sets/record-set.ts";
import { settle } from "../settling.ts";
import { linkKinds, links, linkType } from "../virtual-network-links/virtual-network-link.ts";
import { zones } from "./dialect.ts";
import type { DnsServices } from "./dialect.ts";
import { dnsOperationTypes } from "./operation-types.ts";

/** Private DNS: zones, their links to virtual networks and their record sets. */
export function privateDns(services: DnsServices): {
  readonly types: ResourceType[];
  readonly kinds: OperationKind[];
  readonly removers: ReadonlyMap<string, RemoveResource>;
  readonly genericViews: ReadonlyMap<string, GenericView>;
} {
  return {
    types: [zoneType(services), linkType(services), ...recordSetTypes(services), ...dnsOperationTypes(services)],
    kinds: dnsOperations(services),
    removers: new Map([[zones.typeKey, removeZoneChildren]]),
    genericViews: new Map([[links.typeKey, linkView]]),
  };
}

/** Lists of all resources name a child with its parent. */
const linkView: GenericView = (resource) => {
  const { name, zoneName } = links.cast(resource).document;
  return { name: `${zoneName}/${name}` };
};

/** Azure's clients find the work done when they poll once after Retry-After (recorded). */
const azureDurationMs = 30_000;

/** The long-running writes and deletions of zones and links. */
export function dnsOperations({ clock }: { clock: Clock }): OperationKind[] {
  const end = (provisioningState: "Succeeded" | "Failed") => (tx: Transaction, subject: OperationSubject) =>
    endWaiting(tx, subject, { provisioningState, nowMs: clock.nowMs() });
  const write = { azureDurationMs, succeed: end("Succeeded"), fail: end("Failed") };
  const deletion = { azureDurationMs, succeed: removeWaiting, fail: end("Failed") };
  return [
    { name: zoneKinds.write, ...write },
    { name: linkKinds.write, ...write },
    { name: zoneKinds.delete, ...deletion },
    { name: linkKinds.delete, ...deletion },
  ];
}

async function endWaiting(
  tx: Transaction,
  { id: operationId, resourceId }: OperationSubject,
  outcome: { provisioningState: "Succeeded" | "Failed"; nowMs: number },
): Promise<void> {
  const end = { operationId, ...outcome };
  const zone = await zones.find(tx, resourceId);
  if (zone !== undefined) await settle(tx, zone, end);
  const link = await links.find(tx, resourceId);
  if (link === undefined) return;
  const isCompleted = link.document.isCompleted || outcome.provisioningState === "Succeeded";
  await settle(tx, { ...link, document: { ...link.document, isCompleted } }, end);
}

async function removeWaiting(tx: Transaction, { id, resourceId }: OperationSubject): Promise<void> {
  const zone = await zones.find(tx, resourceId);
  if (zone?.document.operationId === id) await removeZone(tx, zone);
  const link = await links.find(tx, resourceId);
  if (link?.document.operationId === id) await removeResource(tx, link);
}
