import { removeResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import type { EndpointDocument } from "../private-endpoints/endpoint-document.ts";
import { removeRecords } from "./endpoint-records.ts";
import type { StoredZoneGroup } from "./zone-group-store.ts";

/** Removes a zone group and what it has put into its zones. */
export async function removeZoneGroup(
  tx: Transaction,
  group: StoredZoneGroup,
  endpoint: EndpointDocument,
  nowMs: number,
): Promise<void> {
  await removeRecords(tx, endpoint, group.document.configs, nowMs);
  await removeResource(tx, group, nowMs);
}
