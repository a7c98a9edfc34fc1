import { gatewayResponse } from "../../../arm/resource-type.ts";
import type { ArmOperation, ArmRequest, ArmResponse, ResourceType } from "../../../arm/resource-type.ts";
import type { Timing } from "../../../operations/timing.ts";
import { findOperation, type StoredOperation } from "../../../store/operations.ts";
import type { Store } from "../../../store/store.ts";
import { operationNotFound } from "../errors.ts";
import { nativeType, type ResourcesServices } from "../native-type.ts";

export const groupDeletionKind = "resourceGroups.delete";

/** `/subscriptions/{id}/operationresults/{operationId}`: 202 while a group is being deleted, then an empty 200. */
export const operationResultsType = (services: ResourcesServices): ResourceType =>
  nativeType(["subscriptions", "operationresults"], { get: getResult(services) });

const getResult = ({ store, timing }: ResourcesServices): ArmOperation => ({
  action: "Microsoft.Resources/subscriptions/operationresults/read",
  display: { operation: "Get Operation Result", description: "Reads the result of a long-running operation." },
  async handle(request) {
    const operation = await findDeletion(store, request);
    if (operation.dueAtMs !== undefined) {
      return gatewayResponse(202, undefined, resultHeaders({ request, timing, operation }));
    }
    return operation.status === "Succeeded" ? gatewayResponse(200) : failure(operation);
  },
});

/** An operation is visible only in the subscription in which it was begun. */
async function findDeletion(store: Store, { name: id, subscriptionKey }: ArmRequest): Promise<StoredOperation> {
  const operation = await findOperation(store, id);
  if (operation?.kind !== groupDeletionKind || operation.subscriptionKey !== subscriptionKey) {
    throw operationNotFound(id);
  }
  return operation;
}

/** A deletion that could not be carried out (code quoted by users). */
function failure(operation: StoredOperation): ArmResponse {
  const message = operation.error?.message ?? "The operation failed.";
  const body = { error: { code: "ResourceGroupDeletionBlocked", message } };
  return gatewayResponse(409, body, { "x-ms-failure-cause": "gateway" });
}

/** Recorded for the deletion of a group; with a fixed `--timing` clients poll again at once. */
const azureRetryAfterSeconds = 15;

/** The URL at which a group's deletion is polled, and how soon: the same on its 202 and on every 202 of a poll. */
export function resultHeaders(options: {
  request: Pick<ArmRequest, "origin" | "apiVersion">;
  timing: Timing;
  operation: StoredOperation;
}): Record<string, string> {
  const { request, timing, operation } = options;
  const path = `/subscriptions/${operation.subscriptionKey}/operationresults/${operation.id}`;
  return {
    location: `${request.origin}${path}?api-version=${request.apiVersion}`,
    "retry-after": String(timing.kind === "azure" ? azureRetryAfterSeconds : 1),
  };
}
