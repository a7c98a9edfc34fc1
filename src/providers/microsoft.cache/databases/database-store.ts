import {
  findResource,
  listBelow,
  listChildren,
  removeResource,
  saveResource,
  updateResource,
} from "../../../store/resources.ts";
import type { StoredResource } from "../../../store/resources.ts";
import type { Queryable, Transaction } from "../../../store/store.ts";
import type { StoredCluster } from "./child-write.ts";
import { databaseTypeKey } from "./database-document.ts";
import type { DatabaseDocument } from "./database-document.ts";
import { databaseIdOf } from "./database-id.ts";

export type StoredDatabase = StoredResource<DatabaseDocument>;

/** The databases of a cluster: one or none. */
export const listDatabases = (from: Queryable, clusterId: string): Promise<StoredDatabase[]> =>
  listChildren<DatabaseDocument>(from, { parentKey: clusterId.toLowerCase(), typeKey: databaseTypeKey });

/** The database with this id, in any case. */
export const findDatabase = (from: Queryable, id: string): Promise<StoredDatabase | undefined> =>
  findResource<DatabaseDocument>(from, id);

/** Writes a cluster's first database. */
export const createDatabase = (
  tx: Transaction,
  cluster: StoredCluster,
  document: DatabaseDocument,
  nowMs: number,
): Promise<StoredDatabase> =>
  saveResource(
    tx,
    {
      id: databaseIdOf(cluster.id),
      typeKey: databaseTypeKey,
      parentKey: cluster.key,
      subscriptionKey: cluster.subscriptionKey,
      document,
    },
    nowMs,
  );

/** Writes an existing database anew. */
export const saveDatabase = (
  tx: Transaction,
  database: StoredDatabase,
  document: DatabaseDocument,
  nowMs: number,
): Promise<StoredDatabase> => updateResource(tx, database, { document }, nowMs);

/** Removes a database and all that is below it. */
export async function removeDatabase(tx: Transaction, database: StoredDatabase, nowMs: number): Promise<void> {
  const below = await listBelow(tx, database.key);
  for (const child of below.toReversed()) await removeResource(tx, child, nowMs);
  await removeResource(tx, database, nowMs);
}
