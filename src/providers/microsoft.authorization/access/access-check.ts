import type { IsInsider, MayDo } from "../../../arm/pipeline/pipeline.ts";
import { subscriptionKeys } from "../../../arm/subscription.ts";
import { findPrincipal } from "../../../store/principals.ts";
import type { Access, Principal } from "../../../store/principals.ts";
import type { Store } from "../../../store/store.ts";
import { ownerRole } from "../role-definitions/built-in-roles.ts";
import { covers, scopeKey, subscriptionKeyOf } from "../scopes.ts";
import { GrantIndex } from "./grant-index.ts";
import type { Grant } from "./grant-index.ts";
import { compilePermissions } from "./permissions.ts";
import type { CompiledPermissions } from "./permissions.ts";

/** Who asks, or is asked about; `access` where it is known already. */
export interface Subject {
  readonly objectId: string;
  readonly access?: Access;
}

/** Decides by role assignments who may do what. */
export interface AccessCheck {
  readonly mayDo: MayDo;
  readonly isInsider: IsInsider;
  /** All that a principal is granted over a scope: at it, or above. */
  grantsOver(subject: Subject, scope: string): Promise<readonly Grant[]>;
  /** All that a principal is assigned, wherever. */
  assignedTo(objectId: string): Promise<readonly Grant[]>;
}

interface AccessServices {
  readonly store: Store;
  /** What a principal may do everywhere without being assigned anything; by default what is stored of it. */
  readonly accessOf?: (principal: Principal) => Access;
}

/** Makes the check of rights. A caller who owns everything costs no look-up; others are looked up in memory. */
export function createAccessCheck({ store, accessOf = ({ access }) => access }: AccessServices): AccessCheck {
  const index = new GrantIndex(store);
  const assignedIn = async (objectId: string, subscriptionKey: string): Promise<readonly Grant[]> => {
    const above = await index.grantsOf(objectId, "");
    return subscriptionKey === "" ? above : [...above, ...(await index.grantsOf(objectId, subscriptionKey))];
  };
  const assignedOver = async (objectId: string, key: string): Promise<Grant[]> =>
    (await assignedIn(objectId, subscriptionKeyOf(key))).filter((grant) => covers(grant.scopeKey, key));
  return {
    async mayDo({ caller, action, scope }) {
      if (caller.access === "Owner") return true;
      const asked = action.toLowerCase();
      return (await assignedOver(caller.objectId, scopeKey(scope))).some(({ permissions }) =>
        permissions.allows(asked),
      );
    },
    async isInsider({ caller, scope }) {
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
      return (await Promise.all(keys.map((key) => index.grantsOf(objectId, key)))).flat();
    },
  };
}

/** Where assignments are kept: above all subscriptions, and in each. */
const placesOf = async (store: Store): Promise<string[]> => ["", ...(await subscriptionKeys(store))];

/** What an owner of everything has without an assignment: it is not stored, and in no list. */
function ownership(principalId: string): Grant {
  const role = ownerRole();
  const names = { assignmentId: role.roleId, principalId, principalType: "User" };
  ownerPermissions ??= compilePermissions(role.permissions);
  return { ...names, scope: "", scopeKey: "", role, permissions: ownerPermissions };
}

let ownerPermissions: CompiledPermissions | undefined;
