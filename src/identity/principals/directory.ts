import type { Clock } from "../../kernel/clock.ts";
import { saveSecretHash } from "../../store/client-secrets.ts";
import type { Access, Principal } from "../../store/principals.ts";
import { addPrincipal, listPrincipals, removePrincipal, setPrincipalAccess } from "../../store/principals.ts";
import type { Store } from "../../store/store.ts";
import { identityLimits } from "../limits.ts";
import { findLocalUser } from "./local-principals.ts";
import { defaultTenantId } from "./tenants.ts";

/** Whether something else than the directory knows a principal, so that it must not be forgotten. */
export type IsKept = (objectId: string) => Promise<boolean>;

/**
 * Everybody who was added or has got a token, in memory and in the store; a change is in memory as soon as it is durable.
 * Of those that nobody added, who come and go with their tokens, only so many are remembered: anybody can make them up.
 */
export class Directory {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #isKept: IsKept;
  /** In the order in which they were noted. */
  readonly #byObjectId: Map<string, Principal>;

  constructor(options: { store: Store; clock: Clock; isKept: IsKept; principals: readonly Principal[] }) {
    this.#isKept = options.isKept;
    this.#store = options.store;
    this.#clock = options.clock;
    this.#byObjectId = new Map(options.principals.map((principal) => [principal.objectId, principal]));
  }

  /** Everybody, the first first. */
  all(): readonly Principal[] {
    return [...this.#byObjectId.values()];
  }

  /** The principal with this object id; undefined when nobody has used it yet. */
  find(objectId: string): Principal | undefined {
    return this.#byObjectId.get(objectId);
  }

  /** The known principal with the given one's object id, or else the given one, which is noted as being used. */
  async ensure(principal: Principal): Promise<Principal> {
    const known = this.#byObjectId.get(principal.objectId);
    const isTaken = known !== undefined && hasTakenId(known, principal);
    if (known !== undefined && !isTaken) return known;
    const forgotten = isByUse(principal) ? await this.#tooMany() : [];
    return await this.#store.write(async (tx) => {
      if (isTaken) await removePrincipal(tx, principal.objectId);
      const stored = await addPrincipal(tx, principal, this.#clock.nowMs());
      for (const objectId of forgotten) await removePrincipal(tx, objectId);
      tx.onCommit(() => {
        for (const objectId of forgotten) this.#byObjectId.delete(objectId);
        this.#byObjectId.set(stored.objectId, stored);
      });
      return stored;
    });
  }

  /** Whom to forget, so that there is room for one more that is known by being used; the first first. */
  async #tooMany(): Promise<readonly string[]> {
    const used = this.all().filter(isByUse);
    const tooMany: string[] = [];
    for (const { objectId } of used) {
      if (used.length - tooMany.length < identityLimits.maxUsedPrincipals) break;
      if (!(await this.#isKept(objectId))) tooMany.push(objectId);
    }
    return tooMany;
  }

  /** Makes sure of a principal that may do only what it is assigned, and gives it the secret of this hash, if any. */
  async register(principal: Principal, secretHash?: string): Promise<Principal> {
    const { objectId } = principal;
    return await this.#store.write(async (tx) => {
      const nowMs = this.#clock.nowMs();
      const known = this.#byObjectId.get(objectId);
      if (known !== undefined && hasTakenId(known, principal)) await removePrincipal(tx, objectId);
      const stored = await addPrincipal(tx, principal, nowMs);
      const registered = (await setPrincipalAccess(tx, { objectId, access: "None" })) ?? stored;
      if (secretHash !== undefined) await saveSecretHash(tx, { objectId, secretHash }, nowMs);
      tx.onCommit(() => this.#byObjectId.set(objectId, registered));
      return registered;
    });
  }

  /** Changes what a principal may do, from the next request on; false when there is no such principal. */
  async setAccess(objectId: string, access: Access): Promise<boolean> {
    return await this.#store.write(async (tx) => {
      const changed = await setPrincipalAccess(tx, { objectId, access });
      if (changed === undefined) return false;
      tx.onCommit(() => this.#byObjectId.set(objectId, changed));
      return true;
    });
  }
}

/** Whether a principal is what anybody can make up by asking for a token: it has what such ones have, and no more. */
const isByUse = ({ kind, name, tenantId, access }: Principal): boolean =>
  kind === "User" ? tenantId !== defaultTenantId && findLocalUser(name) !== undefined : access === "Owner";

/**
 * Whether a managed identity that nobody added has the object id of a user or application. Anybody may ask for one by an
 * object id of their choice; the id is theirs whose name it is made of.
 */
const hasTakenId = (known: Principal, owner: Principal): boolean =>
  known.kind === "ManagedIdentity" && isByUse(known) && owner.kind !== "ManagedIdentity";

/** Opens the directory with everybody whom the store knows. */
export async function openDirectory(options: { store: Store; clock: Clock; isKept: IsKept }): Promise<Directory> {
  return new Directory({ ...options, principals: await listPrincipals(options.store) });
}
