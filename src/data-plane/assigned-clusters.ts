import type { ClusterFacts } from "./facts.ts";

/** Which clusters a user has an assignment on, so that a token is looked for only where it can be of use. */
export class AssignedClusters<Cluster extends object> {
  readonly #byUser = new Map<string, Set<Cluster>>();
  readonly #usersOf = new Map<Cluster, readonly string[]>();

  /** Has to be called with the facts that a cluster has from now on; undefined for one that is removed. */
  set(cluster: Cluster, facts: ClusterFacts | undefined): void {
    const users = facts?.database?.assignments.map(({ objectId }) => objectId) ?? [];
    const before = this.#usersOf.get(cluster) ?? [];
    const kept = new Set(users);
    for (const user of before) if (!kept.has(user)) this.#takeOut(user, cluster);
    for (const user of kept) {
      const clusters = this.#byUser.get(user) ?? new Set();
      this.#byUser.set(user, clusters.add(cluster));
    }
    if (users.length > 0) this.#usersOf.set(cluster, users);
    else this.#usersOf.delete(cluster);
  }

  /** The clusters on which some of these users have an assignment. */
  to(objectIds: Iterable<string>): readonly Cluster[] {
    const found = new Set<Cluster>();
    for (const objectId of objectIds) for (const cluster of this.#byUser.get(objectId) ?? []) found.add(cluster);
    return [...found];
  }

  #takeOut(user: string, cluster: Cluster): void {
    const clusters = this.#byUser.get(user);
    clusters?.delete(cluster);
    if (clusters?.size === 0) this.#byUser.delete(user);
  }
}
