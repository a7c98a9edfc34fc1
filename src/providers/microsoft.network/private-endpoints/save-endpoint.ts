import { updateResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { findInterface } from "../network-interfaces/interface-store.ts";
import { putRecords, removeRecords } from "../private-dns-zone-groups/endpoint-records.ts";
import { listZoneGroups } from "../private-dns-zone-groups/zone-group-store.ts";
import { isOpen } from "./endpoint-document.ts";
import type { EndpointDocument } from "./endpoint-document.ts";
import type { StoredEndpoint } from "./endpoint-store.ts";
import { allocationMethodOf } from "./ip-configurations.ts";

/** Writes an endpoint that this transaction has read, and with it its interface and what depends on whether traffic may pass. */
export async function saveEndpoint(
  tx: Transaction,
  endpoint: StoredEndpoint,
  change: { id?: string; document: EndpointDocument },
  nowMs: number,
): Promise<StoredEndpoint> {
  const saved = await updateResource(tx, endpoint, change, nowMs);
  await saveInterface(tx, saved.document, nowMs);
  if (isOpen(saved.document) === isOpen(endpoint.document)) return saved;
  const sync = isOpen(saved.document) ? putRecords : removeRecords;
  for (const { document } of await listZoneGroups(tx, saved.key))
    await sync(tx, saved.document, document.configs, nowMs);
  return saved;
}

/** Gives an endpoint another etag, because something below it has changed. */
export async function touchEndpoint(tx: Transaction, endpoint: StoredEndpoint, nowMs: number): Promise<void> {
  await updateResource(tx, endpoint, { document: endpoint.document }, nowMs);
}

/** Writes an interface again, if what it shows of its endpoint has changed. */
async function saveInterface(tx: Transaction, endpoint: EndpointDocument, nowMs: number): Promise<void> {
  const found = await findInterface(tx, endpoint.networkInterfaceId);
  if (found === undefined) return;
  const fqdns = isOpen(endpoint) ? [endpoint.member.fqdn] : [];
  const allocationMethod = allocationMethodOf(endpoint);
  const { document } = found;
  if (document.fqdns.length === fqdns.length && document.allocationMethod === allocationMethod) return;
  await updateResource(tx, found, { document: { ...document, fqdns, allocationMethod } }, nowMs);
}
