import { providerResourceNotFound } from "../../../arm/errors.ts";
import type { ArmRequest } from "../../../arm/resource-type.ts";
import type { Queryable, Transaction } from "../../../store/store.ts";
import { readIdleCluster, refuseWhileBusy } from "./child-write.ts";
import { stampOf } from "../write-answer.ts";
import type { StoredCluster } from "./child-write.ts";
import { parentIdOf } from "./database-id.ts";
import { findDatabase } from "./database-store.ts";
import type { StoredDatabase } from "./database-store.ts";

/** The database that a request addresses. @throws ArmError when there is none. */
export async function requireDatabase(from: Queryable, request: ArmRequest, nowMs: number): Promise<StoredDatabase> {
  const database = await findDatabase(from, request.resourceId);
  if (database === undefined) throw providerResourceNotFound(stampOf(request, nowMs));
  return database;
}

/** The database that a request changes, and its cluster. @throws ArmError when one is missing or busy. */
export async function requireIdleDatabase(
  tx: Transaction,
  request: ArmRequest,
  nowMs: number,
): Promise<{ cluster: StoredCluster; database: StoredDatabase }> {
  const database = await requireDatabase(tx, request, nowMs);
  const cluster = await readIdleCluster(tx, request, { clusterId: parentIdOf(database.id), nowMs });
  refuseWhileBusy(database, request);
  return { cluster, database };
}
