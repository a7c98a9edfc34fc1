import { networkResponse } from "../../../arm/arm-response.ts";
import { retryAfter } from "../../../arm/long-running.ts";
import type { ArmOperation, ArmRequest, ResourceType } from "../../../arm/resource-type.ts";
import { findOperation } from "../../../store/operations.ts";
import type { StoredOperation } from "../../../store/operations.ts";
import type { Store } from "../../../store/store.ts";
import { operationPath, retryAfterSeconds } from "../network-answer.ts";
import { networkError } from "../network-errors.ts";
import type { NetworkServices } from "../network-services.ts";
import { networkNamespace } from "../network-services.ts";
import { locationType } from "../network-type.ts";
import { isSame, parseResourceId } from "../../../arm/resource-id.ts";

/** `locations/{location}/operations/{id}`: always 200, whether the work succeeded or not. */
export const operationStatusType = (services: NetworkServices): ResourceType =>
  locationType(["locations", "operations"], { get: getStatus(services) });

/** `locations/{location}/operationResults/{id}`: 202 while the work lasts, then 204 (recorded). */
export const operationResultType = (services: NetworkServices): ResourceType =>
  locationType(["locations", "operationResults"], { get: getResult(services) });

const getStatus = ({ store, timing }: NetworkServices): ArmOperation => ({
  action: "Microsoft.Network/locations/operations/read",
  display: { operation: "Get Operation Status", description: "Reads the status of a long-running operation." },
  async handle(request) {
    const operation = await visibleOperation(store, request);
    const isOver = operation.dueAtMs === undefined;
    return networkResponse(200, statusBody(operation), isOver ? {} : retryAfter(timing, retryAfterSeconds.others));
  },
});

const getResult = ({ store, timing }: NetworkServices): ArmOperation => ({
  action: "Microsoft.Network/locations/operationResults/read",
  display: { operation: "Get Operation Result", description: "Reads the result of a long-running operation." },
  async handle(request) {
    const operation = await visibleOperation(store, request);
    if (operation.dueAtMs === undefined) {
      return operation.status === "Succeeded" ? networkResponse(204) : networkResponse(500, statusBody(operation));
    }
    const path = operationPath(operation, "operationResults");
    const location = `${request.origin}${path}?api-version=${request.apiVersion}`;
    return networkResponse(202, undefined, { location, ...retryAfter(timing, retryAfterSeconds.others) });
  },
});

/** The status in one word, and the error of a failed operation (recorded). */
function statusBody({ status, dueAtMs, error }: StoredOperation): object {
  if (dueAtMs !== undefined) return { status: "InProgress" };
  return { status, ...(error === undefined ? {} : { error: { ...error, details: [] } }) };
}

/** An operation of this provider. It is visible only in the subscription that it was started in. */
async function visibleOperation(store: Store, { path }: ArmRequest): Promise<StoredOperation> {
  const id = path.names.at(-1) ?? "";
  const operation = await findOperation(store, id);
  const [namespace = ""] = parseResourceId(operation?.resourceId ?? "")?.type.split("/") ?? [];
  const isOurs = isSame(namespace, networkNamespace);
  if (operation !== undefined && isOurs && operation.subscriptionKey === path.subscriptionId?.toLowerCase()) {
    return operation;
  }
  throw networkError("OperationNotFound", `The operation '${id}' could not be found in this subscription.`);
}
