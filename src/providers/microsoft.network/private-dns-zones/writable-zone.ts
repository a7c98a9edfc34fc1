import { parentNotFound } from "../../../arm/errors.ts";
import type { Transaction } from "../../../store/store.ts";
import { parentIdOf } from "../../../arm/resource-id.ts";
import type { StoredZone } from "./dns-documents.ts";
import { refuseWhileDeleting } from "./dns-errors.ts";
import { findStoredZone } from "./dns-store.ts";

/** The zone of a link or record set about to be written. @throws ArmError when there is none, or it is going. */
export async function writableZoneOf(tx: Transaction, childId: string, type: string): Promise<StoredZone> {
  const parentId = parentIdOf(childId);
  const zone = await findStoredZone(tx, parentId);
  if (zone === undefined) throw parentNotFound({ verb: "write", type: `privateDnsZones/${type}`, parentId });
  refuseWhileDeleting(zone);
  return zone;
}
