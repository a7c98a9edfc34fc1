import type { ClusterDocument } from "../clusters/cluster-document.ts";
import type { DatabaseDocument, DatabaseSettings } from "./database-document.ts";
import type { Fault } from "../errors.ts";

/** A database about to be written. */
export interface DatabaseWrite {
  readonly databaseId: string;
  readonly cluster: Pick<ClusterDocument, "kind" | "sku" | "highAvailability">;
  readonly apiVersion: string;
  /** undefined for a database that is being created. */
  readonly current: DatabaseSettings | undefined;
  readonly next: DatabaseSettings;
}

/** Whether a write takes another start of the database's Redis: some settings it reads only then, or it has none. */
export const takesRestart = (current: DatabaseDocument, next: DatabaseSettings): boolean =>
  current.clusteringPolicy !== next.clusteringPolicy || current.failure !== undefined;

/** What one of Azure's rules has against a write. */
export type Rule = (write: DatabaseWrite) => readonly Fault[];
