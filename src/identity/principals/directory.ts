import type { Clock } from "../../kernel/clock.ts";
import {
  saveSecretHash,
  addPrincipal,
  listPrincipals,
  removePrincipal,
  setPrincipalAccess,
} from "../../store/principals.ts";
import type { Principal } from "../../store/principals.ts";
import type { Store } from "../../store/store.ts";
import { identityLimits } from "../limits.ts";
import { defaultTenantId, findLocalUser, localUsers, userPrincipal } from "./local-principals.ts";

/** Whether something outside the directory refers to a principal, so that it must stay. */
export type IsKept = (objectId: string) => Promise<boolean>;

interface DirectoryOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly isKept: IsKept;
}

/**
 * The principals that were added or got a token, in memory and in the store; a change is in memory as soon as it is
 * durable. A token request adds its principal, and anybody may make up such principals, so their number is limited.
 */
export class Directory {
  readonly #options: DirectoryOptions;
  /** In the order in which they were added. */
  readonly #byObjectId: Map<string, Principal>;

  constructor(options: DirectoryOptions & { principals: readonly Principal[] }) {
    this.#options = options;
    this.#byObjectId = new Map(options.principals.map((principal) => [principal.objectId, principal]));
  }

  /** All principals, oldest first. */
  all(): readonly Principal[] {
    return [...this.#byObjectId.values()];
  }

  /** The principal with this object id; undefined when there is none. */
  find(objectId: string): Principal | undefined {
    return this.#byObjectId.get(objectId);
  }

  /** The users who can sign in to a tenant: the test users, then all others of the directory, by name. */
  usersOf(tenantId: string): readonly Principal[] {
    const testUsers = localUsers.map((user) => userPrincipal(tenantId, user));
    const known = this.all()
      .filter((principal) => principal.kind === "User" && principal.tenantId === tenantId)
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    // A test user stays in front, with the values that the directory has.
    return [...new Map([...testUsers, ...known].map((user) => [user.objectId, user])).values()];
  }

  /** The user of a tenant with this name, in any case. */
  findUser(tenantId: string, name: string): Principal | undefined {
    const wanted = name.toLowerCase();
    return this.usersOf(tenantId).find((user) => user.name.toLowerCase() === wanted);
  }

  /** The known principal with the given one's object id, or else the given one, which is added. */
  async ensure(principal: Principal): Promise<Principal> {
    const known = this.#byObjectId.get(principal.objectId);
    const isTaken = known !== undefined && hasTakenId(known, principal);
    if (known !== undefined && !isTaken) return known;
    const forgotten = isByUse(principal) ? await this.#surplus() : [];
    return await this.#options.store.write(async (tx) => {
      if (isTaken) await removePrincipal(tx, principal.objectId);
      const stored = await addPrincipal(tx, principal, this.#options.clock.nowMs());
      for (const objectId of forgotten) await removePrincipal(tx, objectId);
      tx.onCommit(() => {
        for (const objectId of forgotten) this.#byObjectId.delete(objectId);
        this.#byObjectId.set(stored.objectId, stored);
      });
      return stored;
    });
  }

  /** The object ids to remove, oldest first, before one more principal that nobody added. */
  async #surplus(): Promise<readonly string[]> {
    const used = this.all().filter(isByUse);
    const surplus: string[] = [];
    for (const { objectId } of used) {
      if (used.length - surplus.length < identityLimits.maxUsedPrincipals) break;
      if (!(await this.#options.isKept(objectId))) surplus.push(objectId);
    }
    return surplus;
  }

  /** Adds a principal that has only the access of its role assignments, and stores its secret's hash, if there is one. */
  async register(principal: Principal, secretHash?: string): Promise<Principal> {
    const { objectId } = principal;
    return await this.#options.store.write(async (tx) => {
      const nowMs = this.#options.clock.nowMs();
      const known = this.#byObjectId.get(objectId);
      if (known !== undefined && hasTakenId(known, principal)) await removePrincipal(tx, objectId);
      const stored = await addPrincipal(tx, principal, nowMs);
      const registered = (await setPrincipalAccess(tx, { objectId, access: "None" })) ?? stored;
      if (secretHash !== undefined) await saveSecretHash(tx, { objectId, secretHash });
      tx.onCommit(() => this.#byObjectId.set(objectId, registered));
      return registered;
    });
  }
}

/** Whether a principal is one that anybody can make up by asking for a token, and nobody changed it since. */
const isByUse = ({ kind, name, tenantId, access }: Principal): boolean =>
  kind === "User" ? tenantId !== defaultTenantId && findLocalUser(name) !== undefined : access === "Owner";

/**
 * Whether a managed identity that nobody added has the object id of a user or application. Anybody may ask for one by an
 * object id of their choice; the id belongs to the principal from whose name it is made.
 */
const hasTakenId = (known: Principal, owner: Principal): boolean =>
  known.kind === "ManagedIdentity" && isByUse(known) && owner.kind !== "ManagedIdentity";

/** Opens the directory with all principals of the store. */
export async function openDirectory(options: DirectoryOptions): Promise<Directory> {
  return new Directory({ ...options, principals: await listPrincipals(options.store) });
}
