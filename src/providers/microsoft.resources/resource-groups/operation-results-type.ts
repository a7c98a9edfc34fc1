import { ArmError } from "../../../arm/arm-error.ts";
import { gatewayResponse } from "../../../arm/arm-response.ts";
import type { ArmResponse } from "../../../arm/arm-response.ts";
import type { ArmOperation, ArmRequest, ResourceType } from "../../../arm/resource-type.ts";
import { findOperation } from "../../../store/operations.ts";
import type { StoredOperation } from "../../../store/operations.ts";
import type { Store } from "../../../store/store.ts";
import { nativeType } from "../native-type.ts";
import type { ResourcesServices } from "../services.ts";
import { groupDeletionKind } from "./group-deletion.ts";
import { resultHeaders } from "./result-headers.ts";

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

/** An operation is seen only through the subscription that it was started in. */
async function findDeletion(store: Store, { path }: ArmRequest): Promise<StoredOperation> {
  const id = path.names.at(-1) ?? "";
  const operation = await findOperation(store, id);
  const isVisible =
    operation?.kind === groupDeletionKind && operation.subscriptionKey === path.subscriptionId?.toLowerCase();
  if (operation !== undefined && isVisible) return operation;
  throw new ArmError({
    code: "OperationNotFound",
    message: `The operation '${id}' could not be found in this subscription.`,
  });
}

/** A deletion that cannot be carried out (code quoted by users). */
function failure(operation: StoredOperation): ArmResponse {
  const message = operation.error?.message ?? "The operation failed.";
  const body = { error: { code: "ResourceGroupDeletionBlocked", message } };
  return gatewayResponse(409, body, { "x-ms-failure-cause": "gateway" });
}
