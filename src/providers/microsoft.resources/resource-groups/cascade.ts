import { listBelow, findResource, removeResource } from "../../../store/resources.ts";
import type { StoredResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import type { ResourcesServices } from "../services.ts";

/**
 * Removes everything below a resource, children before their parents. What is under way on any of it is cancelled, and
 * its provider takes away first what it left elsewhere.
 */
export async function removeBelow(
  { operations, removers }: Pick<ResourcesServices, "operations" | "removers">,
  tx: Transaction,
  { key, nowMs }: { key: string; nowMs: number },
): Promise<void> {
  const byType = removers();
  for (const resource of (await listBelow(tx, key)).toReversed()) {
    await operations.cancelAll(tx, resource.id);
    // An earlier remover may have taken it along: a cluster its connections, an endpoint its zone groups.
    if (await isThere(tx, resource)) await byType.get(resource.typeKey)?.(tx, resource, nowMs);
    if (await isThere(tx, resource)) await removeResource(tx, resource, nowMs);
  }
}

const isThere = async (tx: Transaction, { key }: StoredResource): Promise<boolean> =>
  (await findResource(tx, key)) !== undefined;
