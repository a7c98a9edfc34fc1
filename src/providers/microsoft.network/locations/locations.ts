import { networkResponse } from "../../../arm/resource-type.ts";
import { resourceGroupNotFound } from "../../../arm/errors.ts";
import { retryAfter } from "../../../arm/long-running.ts";
import { isSame, parseResourceId, scopeId } from "../../../arm/resource-id.ts";
import type { ArmOperation, ArmRequest, ResourceType, TypeOperations } from "../../../arm/resource-type.ts";
import { findOperation, type StoredOperation } from "../../../store/operations.ts";
import { findResource } from "../../../store/resources.ts";
import type { Queryable } from "../../../store/store.ts";
import { operationPath, retryAfterSeconds, networkNamespace, networkType } from "../network-type.ts";
import { networkError } from "../network-errors.ts";
import type { NetworkServices } from "../network-type.ts";

/** `locations` and the types below it, which are not stored. */
export function locationTypes(services: NetworkServices): ResourceType[] {
  const declare = (types: readonly string[], operations: TypeOperations): ResourceType => ({
    ...networkType(types, operations),
    scope: "subscription",
    tracked: false,
    parentsAreStored: false,
  });
  return [
    declare(["locations"], {}),
    declare(["locations", "operations"], { get: getStatus(services) }),
    declare(["locations", "operationResults"], { get: getResult(services) }),
    declare(["locations", "availablePrivateEndpointTypes"], { list: listEndpointTypes(services) }),
  ];
}

/** Always 200, whether the work succeeded or not. */
const getStatus = ({ store, timing }: NetworkServices): ArmOperation => ({
  action: "Microsoft.Network/locations/operations/read",
  display: { operation: "Get Operation Status", description: "Reads the status of a long-running operation." },
  async handle(request) {
    const operation = await visibleOperation(store, request);
    const isOver = operation.dueAtMs === undefined;
    return networkResponse(200, statusBody(operation), isOver ? {} : retryAfter(timing, retryAfterSeconds.others));
  },
});

/** 202 while the work lasts, then 204 (recorded). */
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
async function visibleOperation(from: Queryable, { name: id, subscriptionKey }: ArmRequest): Promise<StoredOperation> {
  const operation = await findOperation(from, id);
  const [namespace = ""] = parseResourceId(operation?.resourceId ?? "")?.type.split("/") ?? [];
  if (operation?.subscriptionKey === subscriptionKey && isSame(namespace, networkNamespace)) return operation;
  throw networkError("OperationNotFound", `The operation '${id}' could not be found in this subscription.`);
}

/** Of a subscription or a resource group: the same in all regions. */
const listEndpointTypes = ({ store, target }: NetworkServices): ArmOperation => ({
  action: "Microsoft.Network/locations/availablePrivateEndpointTypes/read",
  display: {
    operation: "List Available Private Endpoint Types",
    description: "Lists the types of resources that private endpoints can lead to.",
  },
  async handle({ path, group }) {
    const scope = scopeId(path);
    if (group !== "" && (await findResource(store, scope)) === undefined) throw resourceGroupNotFound(group);
    const { resourceType } = target;
    const name = resourceType.replace("/", ".");
    const type = "Microsoft.Network/AvailablePrivateEndpointTypes";
    const id = `${scope}/providers/${type}/${name}`;
    return networkResponse(200, { value: [{ name, id, type, resourceName: resourceType, displayName: resourceType }] });
  },
});
