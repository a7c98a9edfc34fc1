import { subscriptionKeys } from "../../../arm/subscription.ts";
import { listInSubscription } from "../../../store/resources.ts";
import type { StoredResource } from "../../../store/resources.ts";
import type { Queryable } from "../../../store/store.ts";

export const principalTypes = ["User", "Group", "ServicePrincipal", "ForeignGroup", "Device"] as const;
export type PrincipalType = (typeof principalTypes)[number];

/** What is kept of a role assignment; what it is on is its parent. */
export interface AssignmentDocument {
  /** The role's GUID, in lower case. */
  readonly roleId: string;
  /** In lower case. */
  readonly principalId: string;
  readonly principalType: PrincipalType;
  readonly description: string | null;
  readonly delegatedManagedIdentityResourceId: string | null;
  /** Object ids of who assigned it, and of who changed it last. */
  readonly createdBy: string;
  readonly updatedBy: string;
}

export type StoredAssignment = StoredResource<AssignmentDocument>;

export const assignmentTypeKey = "microsoft.authorization/roleassignments";

/** The assignments in a subscription; with "", those above all subscriptions. */
export const listAssignments = (from: Queryable, subscriptionKey: string): Promise<StoredAssignment[]> =>
  listInSubscription<AssignmentDocument>(from, { subscriptionKey, typeKey: assignmentTypeKey });

/** The assignments of the whole tenant. */
export async function listAllAssignments(from: Queryable): Promise<StoredAssignment[]> {
  const lists: StoredAssignment[][] = [];
  for (const key of ["", ...(await subscriptionKeys(from))]) {
    lists.push(await listAssignments(from, key));
  }
  return lists.flat();
}
