import { findResource, listChildren, removeResource, saveResource, updateResource } from "../../../store/resources.ts";
import type { StoredResource } from "../../../store/resources.ts";
import type { Queryable, Transaction } from "../../../store/store.ts";
import type { StoredDatabase } from "../databases/database-store.ts";
import { assignmentTypeKey } from "./assignment-document.ts";
import type { AssignmentDocument } from "./assignment-document.ts";

export type StoredAssignment = StoredResource<AssignmentDocument>;

/** The assignments of a database, by name. */
export const listAssignments = (from: Queryable, databaseId: string): Promise<StoredAssignment[]> =>
  listChildren<AssignmentDocument>(from, { parentKey: databaseId.toLowerCase(), typeKey: assignmentTypeKey });

/** The assignment with this id, in any case. */
export const findAssignment = (from: Queryable, id: string): Promise<StoredAssignment | undefined> =>
  findResource<AssignmentDocument>(from, id);

/** The id that a database's assignment of this name has. */
export const assignmentIdOf = (databaseId: string, name: string): string =>
  `${databaseId}/accessPolicyAssignments/${name}`;

/** Writes a new assignment. */
export const createAssignment = (
  tx: Transaction,
  database: StoredDatabase,
  document: AssignmentDocument,
  nowMs: number,
): Promise<StoredAssignment> =>
  saveResource(
    tx,
    {
      id: assignmentIdOf(database.id, document.name),
      typeKey: assignmentTypeKey,
      parentKey: database.key,
      subscriptionKey: database.subscriptionKey,
      document,
    },
    nowMs,
  );

/** Writes an existing assignment anew. */
export const saveAssignment = (
  tx: Transaction,
  assignment: StoredAssignment,
  document: AssignmentDocument,
  nowMs: number,
): Promise<StoredAssignment> => updateResource(tx, assignment, { document }, nowMs);

/** Removes an assignment. */
export const removeAssignment = (tx: Transaction, assignment: StoredAssignment, nowMs: number): Promise<void> =>
  removeResource(tx, assignment, nowMs);
