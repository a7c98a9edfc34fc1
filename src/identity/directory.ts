import type { Clock } from "../kernel/clock.ts";
import { saveSecretHash } from "../store/client-secrets.ts";
import type { Access, Principal } from "../store/principals.ts";
import { addPrincipal, listPrincipals, setPrincipalAccess } from "../store/principals.ts";
import type { Store } from "../store/store.ts";

/** Everybody who has signed in, in memory and in the store; a change is in memory as soon as it is durable. */
export class Directory {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #byObjectId: Map<string, Principal>;

  constructor(options: { store: Store; clock: Clock; principals: readonly Principal[] }) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.#byObjectId = new Map(options.principals.map((principal) => [principal.objectId, principal]));
  }

  /** Everybody, in no order. */
  all(): readonly Principal[] {
    return [...this.#byObjectId.values()];
  }

  /** The principal with this object id; undefined when nobody has used it yet. */
  find(objectId: string): Principal | undefined {
    return this.#byObjectId.get(objectId);
  }

  /** The known principal with the given one's object id, or else the given one, which is added. */
  async ensure(principal: Principal): Promise<Principal> {
    const known = this.#byObjectId.get(principal.objectId);
    if (known !== undefined) return known;
    return await this.#store.write(async (tx) => {
      const stored = await addPrincipal(tx, principal, this.#clock.nowMs());
      tx.onCommit(() => this.#byObjectId.set(stored.objectId, stored));
      return stored;
    });
  }

  /** Makes sure of a principal that may do only what it is assigned, and gives it the secret of this hash, if any. */
  async register(principal: Principal, secretHash?: string): Promise<Principal> {
    const { objectId } = principal;
    return await this.#store.write(async (tx) => {
      const nowMs = this.#clock.nowMs();
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

/** Opens the directory with everybody whom the store knows. */
export async function openDirectory(options: { store: Store; clock: Clock }): Promise<Directory> {
  return new Directory({ ...options, principals: await listPrincipals(options.store) });
}
