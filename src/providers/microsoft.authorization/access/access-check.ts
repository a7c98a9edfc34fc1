import type { HasAnyRole, MayDo } from "../../../arm/caller.ts";
import { nameOf, subscriptionKeyOf } from "../../../arm/resource-id.ts";
import { subscriptionKeys } from "../../../arm/subscriptions-and-groups.ts";
import { findPrincipal, type Access, type Principal } from "../../../store/principals.ts";
import type { Store } from "../../../store/store.ts";
import { TypeMemo } from "../../../store/type-memo.ts";
import { assignmentKind, type StoredAssignment } from "../role-assignments/role-assignment.ts";
import { listRoles, ownerRole, roleKind, type Role } from "../role-definitions/role-definition.ts";
import { covers, scopeKey, scopeOf } from "../scopes.ts";
import { compilePermissions, type CompiledPermissions } from "./permissions.ts";

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

/** The principal whose rights are checked; `access` if it is already known. */
interface Subject {
  readonly objectId: string;
  readonly access?: Access;
}

/** Decides by role assignments who may do what. */
export interface AccessCheck {
  readonly mayDo: MayDo;
  readonly hasAnyRole: HasAnyRole;
  /** The grants of a principal that cover a scope: at it, or above. */
  grantsOver(subject: Subject, scope: string): Promise<readonly Grant[]>;
  /** The grants of a principal at any scope. */
  assignedTo(objectId: string): Promise<readonly Grant[]>;
}

interface AccessServices {
  readonly store: Store;
  /** What a principal may do everywhere without an assignment; by default its stored access. */
  readonly accessOf?: (principal: Principal) => Access;
}

/** Makes the check of rights. It reads memory; for a caller who owns everything it reads nothing. */
export function createAccessCheck({ store, accessOf = ({ access }) => access }: AccessServices): AccessCheck {
  const { grantsOf, knownGrantsOf } = grantIndex(store);
  const assignedIn = async (objectId: string, subscriptionKey: string): Promise<readonly Grant[]> => {
    const above = await grantsOf(objectId, "");
    return subscriptionKey === "" ? above : [...above, ...(await grantsOf(objectId, subscriptionKey))];
  };
  const assignedOver = async (objectId: string, key: string): Promise<Grant[]> =>
    (await assignedIn(objectId, subscriptionKeyOf(key))).filter((grant) => covers(grant.scopeKey, key));
  return {
    mayDo({ caller, action, scope }) {
      if (caller.access === "Owner") return true;
      const asked = action.toLowerCase();
      const key = scopeKey(scope);
      const isAllowed = (grants: readonly Grant[]): boolean =>
        grants.some((grant) => covers(grant.scopeKey, key) && grant.permissions.allows(asked));
      const subscriptionKey = subscriptionKeyOf(key);
      const above = knownGrantsOf(caller.objectId, "");
      const inIt = subscriptionKey === "" ? [] : knownGrantsOf(caller.objectId, subscriptionKey);
      if (above !== undefined && inIt !== undefined) return isAllowed(above) || isAllowed(inIt);
      return assignedIn(caller.objectId, subscriptionKey).then(isAllowed);
    },
    async hasAnyRole({ caller, scope }) {
      if (caller.access === "Owner") return true;
      const key = scopeKey(scope);
      for (const subscriptionKey of key === "" ? await placesOf(store) : [subscriptionKeyOf(key)]) {
        const grants = await assignedIn(caller.objectId, subscriptionKey);
        if (grants.some((grant) => covers(grant.scopeKey, key) || covers(key, grant.scopeKey))) return true;
      }
      return false;
    },
    async grantsOver({ objectId, access }, scope) {
      const known = access === undefined ? await findPrincipal(store, objectId.toLowerCase()) : undefined;
      const everywhere = access ?? (known === undefined ? "None" : accessOf(known));
      const assigned = await assignedOver(objectId, scopeKey(scope));
      return everywhere === "Owner" ? [ownership(objectId), ...assigned] : assigned;
    },
    async assignedTo(objectId) {
      const keys = await placesOf(store);
      return (await Promise.all(keys.map((key) => grantsOf(objectId, key)))).flat();
    },
  };
}

/** The subscriptions that assignments may be in: "", above all of them, and each. */
const placesOf = async (store: Store): Promise<string[]> => ["", ...(await subscriptionKeys(store))];

/** The grant of an owner of everything, who has no assignment: it is neither stored nor listed. */
function ownership(principalId: string): Grant {
  const role = ownerRole();
  const names = { assignmentId: role.roleId, principalId, principalType: "User" };
  ownerPermissions ??= compilePermissions(role.permissions);
  return { ...names, scope: "", scopeKey: "", role, permissions: ownerPermissions };
}

let ownerPermissions: CompiledPermissions | undefined;

/** The grants of principals, in a subscription or with "" above all subscriptions. */
interface GrantIndex {
  readonly grantsOf: (principalId: string, subscriptionKey: string) => Promise<readonly Grant[]>;
  /** The same from memory; undefined if they have to be read. */
  readonly knownGrantsOf: (principalId: string, subscriptionKey: string) => readonly Grant[] | undefined;
}

/**
 * Keeps grants in memory. A subscription is read again after an assignment or a role was written. Assignments of a role that
 * was deleted grant nothing.
 */
function grantIndex(store: Store): GrantIndex {
  const memo = new TypeMemo<ReadonlyMap<string, readonly Grant[]>>(store, [assignmentKind.typeKey, roleKind.typeKey]);
  const ofPrincipal = (grants: ReadonlyMap<string, readonly Grant[]>, principalId: string): readonly Grant[] =>
    grants.get(principalId.toLowerCase()) ?? [];
  return {
    async grantsOf(principalId, subscriptionKey) {
      return ofPrincipal(await memo.get(subscriptionKey, () => readGrants(store, subscriptionKey)), principalId);
    },
    knownGrantsOf(principalId, subscriptionKey) {
      const known = memo.known(subscriptionKey);
      return known === undefined ? undefined : ofPrincipal(known, principalId);
    },
  };
}

async function readGrants(store: Store, subscriptionKey: string): Promise<ReadonlyMap<string, readonly Grant[]>> {
  const roles = new Map((await listRoles(store)).map((role) => [role.roleId, compiled(role)]));
  const grants = (await assignmentKind.inSubscription(store, subscriptionKey)).flatMap((assignment) => {
    const role = roles.get(assignment.document.roleId);
    return role === undefined ? [] : [toGrant(assignment, role)];
  });
  return Map.groupBy(grants, ({ principalId }) => principalId);
}

type CompiledRole = Pick<Grant, "role" | "permissions">;

const compiled = (role: Role): CompiledRole => ({ role, permissions: compilePermissions(role.permissions) });

const toGrant = ({ id, key, document }: StoredAssignment, role: CompiledRole): Grant => ({
  ...role,
  assignmentId: nameOf(id),
  principalId: document.principalId,
  principalType: document.principalType,
  scope: scopeOf(id),
  scopeKey: scopeOf(key),
});
