import type { Store } from "../../../store/store.ts";
import { TypeMemo } from "../../../store/type-memo.ts";
import { assignmentTypeKey, listAssignments } from "../role-assignments/assignment.ts";
import type { StoredAssignment } from "../role-assignments/assignment.ts";
import { roleTypeKey } from "../role-definitions/role.ts";
import type { Role } from "../role-definitions/role.ts";
import { listRoles } from "../role-definitions/role-store.ts";
import { scopeOf } from "../scopes.ts";
import { compilePermissions } from "./permissions.ts";
import type { CompiledPermissions } from "./permissions.ts";

/** A role that a principal has at a scope. */
export interface Grant {
  /** The GUID that names the assignment. */
  readonly assignmentId: string;
  readonly principalId: string;
  readonly principalType: string;
  readonly scope: string;
  readonly scopeKey: string;
  readonly role: Role;
  readonly permissions: CompiledPermissions;
}

type GrantsByPrincipal = ReadonlyMap<string, readonly Grant[]>;

/**
 * Who has which role where, in memory by subscription: read again only once an assignment or a role was written.
 * Assignments of a role that is gone grant nothing.
 */
export class GrantIndex {
  readonly #store: Store;
  readonly #memo: TypeMemo<GrantsByPrincipal>;

  constructor(store: Store) {
    this.#store = store;
    this.#memo = new TypeMemo(store, [assignmentTypeKey, roleTypeKey]);
  }

  /** A principal's grants in a subscription; with "", those above all subscriptions. */
  async grantsOf(principalId: string, subscriptionKey: string): Promise<readonly Grant[]> {
    const grants = await this.#memo.get(subscriptionKey, () => this.#read(subscriptionKey));
    return grants.get(principalId.toLowerCase()) ?? [];
  }

  async #read(subscriptionKey: string): Promise<GrantsByPrincipal> {
    const roles = new Map((await listRoles(this.#store)).map((role) => [role.roleId, compiled(role)]));
    const assignments = await listAssignments(this.#store, subscriptionKey);
    const grants = assignments.flatMap((assignment) => {
      const role = roles.get(assignment.document.roleId);
      return role === undefined ? [] : [toGrant(assignment, role)];
    });
    return Map.groupBy(grants, ({ principalId }) => principalId);
  }
}

type CompiledRole = Pick<Grant, "role" | "permissions">;

const compiled = (role: Role): CompiledRole => ({ role, permissions: compilePermissions(role.permissions) });

const toGrant = ({ id, key, document }: StoredAssignment, role: CompiledRole): Grant => ({
  ...role,
  assignmentId: id.slice(id.lastIndexOf("/") + 1),
  principalId: document.principalId,
  principalType: document.principalType,
  scope: scopeOf(id),
  scopeKey: scopeOf(key),
});
