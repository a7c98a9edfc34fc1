import { providerResourceNotFound } from "../../../arm/errors.ts";
import type { ArmRequest } from "../../../arm/resource-type.ts";
import type { Queryable, Transaction } from "../../../store/store.ts";
import { listAssignments } from "../access-policy-assignments/assignment-store.ts";
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

/** The database that a request goes below, and its cluster. @throws ArmError when one is missing or busy. */
export async function requireIdleDatabase(
  tx: Transaction,
  request: ArmRequest,
): Promise<{ cluster: StoredCluster; database: StoredDatabase }> {
  const database = await requireDatabase(tx, request);
  const cluster = await readIdleCluster(tx, parentIdOf(database.id));
  refuseWhileBusy(database);
  return { cluster, database };
}

/** The database that a request changes. @throws ArmError when it, its cluster or one of its assignments is missing or busy. */
export async function requireWritableDatabase(
  tx: Transaction,
  request: ArmRequest,
): Promise<{ cluster: StoredCluster; database: StoredDatabase }> {
  const found = await requireIdleDatabase(tx, request);
  await refuseWhileAssignmentsBusy(tx, found.database);
  return found;
}

/** @throws ArmError while an assignment of a database is being written or deleted: they are one thing to Azure's back end. */
export async function refuseWhileAssignmentsBusy(tx: Transaction, { id }: Pick<StoredDatabase, "id">): Promise<void> {
  for (const assignment of await listAssignments(tx, id)) refuseWhileBusy(assignment);
}
