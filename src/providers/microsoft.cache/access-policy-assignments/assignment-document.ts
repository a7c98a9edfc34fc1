/** What is kept of an access policy assignment: who may do what with a database's keys. */
export interface AssignmentDocument {
  readonly name: string;
  /** Object id of the user, service principal or managed identity, as the caller spelled it. */
  readonly objectId: string;
  /** Permissions as Redis's ACL spells them (redis.io/docs/latest/operate/oss_and_stack/management/security/acl). */
  readonly accessString: string;
  readonly provisioningState: "Succeeded" | "Failed" | "Creating" | "Updating" | "Deleting";
  /** The operation that the provisioning state waits for; a later one takes its place. */
  readonly operationId: string | undefined;
}

export const assignmentTypeKey = "microsoft.cache/redisenterprise/databases/accesspolicyassignments";

/** The one access policy there is (published). */
export const defaultPolicyName = "default";

/** What the default policy permits (published with 2026-05-01-preview). */
export const defaultAccessString = "+@all ~*";
