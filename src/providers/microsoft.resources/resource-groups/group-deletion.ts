import { ArmError } from "../../../arm/arm-error.ts";
import { gatewayResponse } from "../../../arm/arm-response.ts";
import { resourceGroupNotFound } from "../../../arm/errors.ts";
import { writeHeaders } from "../../../arm/long-running.ts";
import type { ArmOperation, ArmRequest } from "../../../arm/resource-type.ts";
import { write } from "../../../arm/write.ts";
import type { Written } from "../../../arm/write.ts";
import { regionDisplayName } from "../../../kernel/regions.ts";
import { OperationFailure } from "../../../operations/operation-kind.ts";
import type { OperationKind } from "../../../operations/operation-kind.ts";
import { listActiveOperations } from "../../../store/operations.ts";
import type { StoredOperation } from "../../../store/operations.ts";
import { removeResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import type { ResourcesServices } from "../services.ts";
import { removeBelow } from "./cascade.ts";
import { findGroup, saveGroup } from "./group-store.ts";
import type { StoredGroup } from "./group-store.ts";
import { resultHeaders } from "./result-headers.ts";

export const groupDeletionKind = "resourceGroups.delete";

/** Azure takes half a minute for an empty group and minutes for a full one. */
const azureDurationMs = 60_000;

/** Deletes a group and all that is in it: 200 when that is done before the answer, else 202 and where to follow it. */
export const deleteGroup = (services: ResourcesServices): ArmOperation => ({
  action: "Microsoft.Resources/subscriptions/resourceGroups/delete",
  display: { operation: "Delete Resource Group", description: "Deletes a resource group and everything in it." },
  handle: (request) =>
    write(services, request, async (tx, nowMs) => {
      const group = await findGroup(tx, request.resourceId);
      if (group === undefined) throw resourceGroupNotFound(request.path.resourceGroup ?? "");
      const operation = (await underWay(tx, group)) ?? (await begin(services, tx, { group, nowMs }));
      return answer(services, request, operation);
    }),
});

/** A second DELETE joins the first. */
const underWay = async (tx: Transaction, group: StoredGroup): Promise<StoredOperation | undefined> =>
  (await listActiveOperations(tx, group.id)).find(({ kind }) => kind === groupDeletionKind);

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
  else await saveGroup(tx, { id: group.id, document: { ...group.document, provisioningState: "Deleting" } }, nowMs);
  return operation;
}

function answer(services: ResourcesServices, request: ArmRequest, operation: StoredOperation | undefined): Written {
  const { timing } = services;
  if (operation === undefined) {
    const headers = writeHeaders({ request, timing, operation, namespace: "Microsoft.Resources" });
    return { response: gatewayResponse(200, undefined, headers) };
  }
  return { response: gatewayResponse(202, undefined, resultHeaders({ request, timing, operation })) };
}

/** What ends a group's deletion: everything goes in one transaction, together with the operation's own end. */
export const groupDeletion = (services: ResourcesServices): OperationKind => ({
  name: groupDeletionKind,
  azureDurationMs,
  async succeed(tx, { resourceId }) {
    const group = await findGroup(tx, resourceId);
    if (group !== undefined) await removeGroupForGood(services, tx, group);
  },
  /** Azure rolls the group's state back when something in it could not be deleted. */
  async fail(tx, { resourceId }) {
    const group = await findGroup(tx, resourceId);
    if (group === undefined) return;
    const document = { ...group.document, provisioningState: "Succeeded" as const };
    await saveGroup(tx, { id: group.id, document }, services.clock.nowMs());
  },
});

/** What stands in the way of a deletion now will do so however often it is tried. */
async function removeGroupForGood(services: ResourcesServices, tx: Transaction, group: StoredGroup): Promise<void> {
  try {
    await removeGroup(services, tx, group);
  } catch (cause) {
    throw cause instanceof ArmError ? new OperationFailure({ code: cause.code, message: cause.message }) : cause;
  }
}

async function removeGroup(services: ResourcesServices, tx: Transaction, group: StoredGroup): Promise<void> {
  const nowMs = services.clock.nowMs();
  await removeBelow(services, tx, { key: group.key, nowMs });
  await removeResource(tx, group);
}
