import { providerResourceNotFound } from "../../../arm/errors.ts";
import type { ArmRequest } from "../../../arm/resource-type.ts";
import type { Queryable, Transaction } from "../../../store/store.ts";
import { readIdleCluster, refuseWhileBusy } from "./child-write.ts";
import type { StoredCluster } from "./child-write.ts";
import { parentIdOf } from "./database-id.ts";
import { findDatabase } from "./database-store.ts";
import type { StoredDatabase } from "./database-store.ts";

/** The database that a request addresses. @throws ArmError when there is none. */
export async function requireDatabase(from: Queryable, request: ArmRequest): Promise<StoredDatabase> {
  const database = await findDatabase(from, request.resourceId);
  if (database === undefined) throw providerResourceNotFound();
  return database;
}

/** The database that a request changes, and its cluster. @throws ArmError when one is missing or busy. */
export async function requireIdleDatabase(
  tx: Transaction,
  request: ArmRequest,
): Promise<{ cluster: StoredCluster; database: StoredDatabase }> {
  const database = await requireDatabase(tx, request);
  const cluster = await readIdleCluster(tx, parentIdOf(database.id));
  refuseWhileBusy(database);
  return { cluster, database };
}
