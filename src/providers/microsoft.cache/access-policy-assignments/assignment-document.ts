import type { OperationError } from "../../../store/operations.ts";

/** What is kept of an access policy assignment: who may do what with a database's keys. */
export interface AssignmentDocument {
  readonly name: string;
  /** Object id of the user, service principal or managed identity, as the caller spelled it. */
  readonly objectId: string;
  /** Permissions as Redis's ACL spells them (redis.io/docs/latest/operate/oss_and_stack/management/security/acl). */
  readonly accessString: string;
  /** Why its last write has failed, or will once its time is over: the operation's error. Such an assignment permits nothing. */
  readonly failure?: OperationError | undefined;
  readonly provisioningState: "Succeeded" | "Failed" | "Creating" | "Updating" | "Deleting";
  /** The operation that the provisioning state waits for; a later one takes its place. */
  readonly operationId: string | undefined;
}

export const assignmentTypeKey = "microsoft.cache/redisenterprise/databases/accesspolicyassignments";

/** The one access policy there is (published). */
export const defaultPolicyName = "default";

/** What the default policy permits (published with 2026-05-01-preview). */
export const defaultAccessString = "+@all ~*";

/** The code of an assignment whose access string Redis does not take (published with 2026-05-01-preview). */
export const invalidAccessString = "InvalidAccessString";

/** Whether an assignment permits what it says: not before it was first carried out, nor when it failed, nor while it goes. */
export const isInForce = ({ provisioningState, failure }: AssignmentDocument): boolean =>
  failure === undefined && (provisioningState === "Succeeded" || provisioningState === "Updating");
