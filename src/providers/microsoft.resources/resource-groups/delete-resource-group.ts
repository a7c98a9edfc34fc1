import { ArmError } from "../../../arm/arm-error.ts";
import { gatewayResponse, type ArmOperation } from "../../../arm/resource-type.ts";
import { resourceGroupNotFound } from "../../../arm/errors.ts";
import { writeHeaders } from "../../../arm/long-running.ts";
import { write } from "../../../arm/write.ts";
import { regionDisplayName } from "../../../kernel/regions.ts";
import { OperationFailure, type OperationKind } from "../../../operations/operation-kind.ts";
import { listActiveOperations, type StoredOperation } from "../../../store/operations.ts";
import { findResource, listBelow, removeResource } from "../../../store/resources.ts";
import type { StoredResource, Transaction } from "../../../store/store.ts";
import { deletionBlocked } from "../errors.ts";
import type { ResourcesServices } from "../native-type.ts";
import { groupDeletionKind, resultHeaders } from "../operation-results/operation-results.ts";
import { groupKind, type StoredGroup } from "./resource-group.ts";

/** Azure takes half a minute for an empty group and minutes for a full one. */
const azureDurationMs = 60_000;

/** Deletes a group and everything in it: 200 if that is done at once, otherwise 202. A second DELETE joins the first. */
export const deleteGroup = (services: ResourcesServices): ArmOperation => ({
  action: "Microsoft.Resources/subscriptions/resourceGroups/delete",
  display: { operation: "Delete Resource Group", description: "Deletes a resource group and everything in it." },
  handle: (request) =>
    write(services, request, async (tx, nowMs) => {
      const group = await groupKind.find(tx, request.resourceId);
      if (group === undefined) throw resourceGroupNotFound(request.group);
      const active = await listActiveOperations(tx, group.id);
      const joined = active.find(({ kind }) => kind === groupDeletionKind);
      const operation = joined ?? (await begin(services, tx, { group, nowMs }));
      const { timing } = services;
      if (operation !== undefined) {
        return { response: gatewayResponse(202, undefined, resultHeaders({ request, timing, operation })) };
      }
      const headers = writeHeaders({ request, timing, operation, namespace: "Microsoft.Resources" });
      return { response: gatewayResponse(200, undefined, headers) };
    }),
});

async function begin(
  services: ResourcesServices,
  tx: Transaction,
  { group, nowMs }: { group: StoredGroup; nowMs: number },
): Promise<StoredOperation | undefined> {
  const operation = await services.operations.begin(tx, {
    kind: groupDeletionKind,
    subscriptionKey: group.subscriptionKey,
    resourceId: group.id,
    location: regionDisplayName(group.document.location) ?? group.document.location,
    input: {},
  });
  if (operation === undefined) await removeGroup(services, tx, group);
  else await groupKind.update(tx, group, { document: { ...group.document, provisioningState: "Deleting" } }, nowMs);
  return operation;
}

/** The end of a group's deletion: everything is removed in one transaction, which also ends the operation. */
export const groupDeletion = (services: ResourcesServices): OperationKind => ({
  name: groupDeletionKind,
  azureDurationMs,
  async succeed(tx, { resourceId }) {
    const group = await groupKind.find(tx, resourceId);
    if (group === undefined) return;
    try {
      await removeGroup(services, tx, group);
    } catch (cause) {
      // A refusal is final: it would be the same at every retry.
      throw cause instanceof ArmError ? new OperationFailure({ code: cause.code, message: cause.message }) : cause;
    }
  },
  /** Azure sets the group's state back when something in it could not be deleted. */
  async fail(tx, { resourceId }) {
    const group = await groupKind.find(tx, resourceId);
    if (group === undefined) return;
    const document = { ...group.document, provisioningState: "Succeeded" as const };
    await groupKind.update(tx, group, { document }, services.clock.nowMs());
  },
});

async function removeGroup(services: ResourcesServices, tx: Transaction, group: StoredGroup): Promise<void> {
  await removeBelow(services, tx, group);
  await removeResource(tx, group);
}

/**
 * Removes everything below a resource, children before their parents. Operations in progress on any of it are cancelled,
 * and its type first removes what the resource has elsewhere. @throws ArmError when a resource must stay.
 */
async function removeBelow(
  { operations, registry, clock }: ResourcesServices,
  tx: Transaction,
  { key }: StoredResource<object>,
): Promise<void> {
  const nowMs = clock.nowMs();
  for (const resource of (await listBelow(tx, key)).toReversed()) {
    await operations.cancelAll(tx, resource.id);
    // The release of an earlier resource may have removed it: a cluster its connections, an endpoint its zone groups.
    if (!(await isStored(tx, resource))) continue;
    try {
      await registry().byKey(resource.typeKey)?.release?.(tx, resource, nowMs);
    } catch (cause) {
      throw cause instanceof ArmError ? deletionBlocked(resource.id, cause) : cause;
    }
    if (await isStored(tx, resource)) await removeResource(tx, resource);
  }
}

const isStored = async (tx: Transaction, { key }: StoredResource): Promise<boolean> =>
  (await findResource(tx, key)) !== undefined;
