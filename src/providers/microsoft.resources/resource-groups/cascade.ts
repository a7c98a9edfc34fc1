import { ArmError } from "../../../arm/arm-error.ts";
import { listBelow, findResource, removeResource } from "../../../store/resources.ts";
import type { StoredResource } from "../../../store/stored-resource.ts";
import type { Transaction } from "../../../store/store.ts";
import type { ResourceType } from "../../../arm/resource-type.ts";
import type { ResourcesServices } from "../services.ts";

/**
 * Removes everything below a resource, children before their parents. What is in progress on any of it is cancelled, and
 * its type first takes away what it has elsewhere. @throws ArmError when a type does not let a resource go.
 */
export async function removeBelow(
  { operations, registry }: Pick<ResourcesServices, "operations" | "registry">,
  tx: Transaction,
  { key, nowMs }: { key: string; nowMs: number },
): Promise<void> {
  const types = registry();
  for (const resource of (await listBelow(tx, key)).toReversed()) {
    await operations.cancelAll(tx, resource.id);
    // A type before may have taken it along: a cluster its connections, an endpoint its zone groups.
    if (await isThere(tx, resource)) await letGo(types.byKey(resource.typeKey), tx, resource, nowMs);
    if (await isThere(tx, resource)) await removeResource(tx, resource);
  }
}

const isThere = async (tx: Transaction, { key }: StoredResource): Promise<boolean> =>
  (await findResource(tx, key)) !== undefined;

async function letGo(
  type: ResourceType | undefined,
  tx: Transaction,
  resource: StoredResource,
  nowMs: number,
): Promise<void> {
  try {
    await type?.release?.(tx, resource, nowMs);
  } catch (cause) {
    throw cause instanceof ArmError ? deletionBlocked(resource.id, cause) : cause;
  }
}

/** The code and the beginning are quoted by users. */
function deletionBlocked(id: string, cause: ArmError): ArmError {
  const group = id.split("/")[4] ?? "";
  return new ArmError({
    code: "ResourceGroupDeletionBlocked",
    message:
      `Deletion of resource group '${group}' failed as resources with identifiers '${id}' could not be deleted. ` +
      "The provisioning state of the resource group will be rolled back.",
    details: [{ code: cause.code, target: id, message: cause.message }],
  });
}
