import { findOperation, type OperationError, type StoredOperation } from "../store/operations.ts";
import type { Store } from "../store/store.ts";
import type { Timing } from "../operations/timing.ts";
import { providerResponse } from "./resource-type.ts";
import type { ArmOperation, ArmRequest, ArmResponse, ResourceType } from "./resource-type.ts";
import { operationNotFound } from "./errors.ts";
import { retryAfter } from "./long-running.ts";

/** Resolves to the body that a GET of the resource returns; undefined when it does not exist. */
export type ReadResource = (request: ArmRequest, resourceId: string) => Promise<object | undefined>;

/** `…/locations/{location}/operationsStatus/{operationId}` of a provider: always 200, even when the work failed. */
export function operationStatusType(options: {
  namespace: string;
  apiVersions: ResourceType["apiVersions"];
  locations: readonly string[];
  store: Store;
  timing: Timing;
}): ResourceType {
  const { namespace, apiVersions, locations, store, timing } = options;
  const get: ArmOperation = {
    action: `${namespace}/locations/operationsStatus/read`,
    display: { operation: "Get Operation Status", description: "Reads the status of a long-running operation." },
    async handle(request) {
      const operation = await visibleOperation(store, request);
      return providerResponse(
        200,
        statusBody(namespace, operation),
        operation.dueAtMs === undefined ? {} : retryAfter(timing),
      );
    },
  };
  return {
    namespace,
    types: ["locations", "operationsStatus"],
    apiVersions,
    locations,
    scope: "subscription",
    tracked: false,
    listed: true,
    parentsAreStored: false,
    operations: { get },
  };
}

/**
 * `{resource}/operationresults/{operationId}`: 202 while in progress, then what the call would have returned had it been
 * done at once (ARM RPC): the resource after a write, nothing after a delete or an action.
 */
export function operationResultsType(options: {
  of: ResourceType;
  store: Store;
  timing: Timing;
  read: ReadResource;
}): ResourceType {
  const { of, store, timing, read } = options;
  const get: ArmOperation = {
    action: `${of.namespace}/${of.types.join("/")}/operationResults/read`,
    display: { operation: "Get Operation Result", description: "Reads the result of a long-running operation." },
    async handle(request) {
      const operation = await visibleOperation(store, request);
      if (!isOn(operation, request)) throw operationNotFound(operation.id);
      if (operation.dueAtMs !== undefined) return providerResponse(202, undefined, repeatHeaders(request, timing));
      if (operation.error !== undefined || operation.status !== "Succeeded") return failureResponse(operation);
      const body = await read(request, operation.resourceId);
      if (body === undefined) return providerResponse(204);
      return operation.input["answersResource"] === false ? providerResponse(200) : providerResponse(200, body);
    },
  };
  const { namespace, apiVersions, locations, scope } = of;
  return {
    namespace,
    apiVersions,
    locations,
    scope,
    types: [...of.types, "operationresults"],
    tracked: false,
    listed: false,
    parentsAreStored: false,
    operations: { get },
  };
}

function repeatHeaders(request: ArmRequest, timing: Timing): Record<string, string> {
  const self = `${request.origin}${encodeURI(request.resourceId)}?api-version=${request.apiVersion}`;
  return { location: self, ...retryAfter(timing) };
}

function failureResponse(operation: StoredOperation): ArmResponse {
  return providerResponse(operation.status === "Canceled" ? 409 : 500, { error: operationError(operation) });
}

const operationError = (operation: StoredOperation): OperationError =>
  operation.error ?? { code: "OperationFailed", message: "The operation failed." };

/** An operation can be read only through the subscription that it was started in. */
async function visibleOperation(store: Store, request: ArmRequest): Promise<StoredOperation> {
  const operation = await findOperation(store, request.name);
  if (operation?.subscriptionKey !== request.subscriptionKey) throw operationNotFound(request.name);
  return operation;
}

/** Whether the path of an operation's result is below the operation's resource, which is what the caller may read. */
const isOn = ({ resourceId }: StoredOperation, request: ArmRequest): boolean =>
  request.resourceId.toLowerCase().startsWith(`${resourceId.toLowerCase()}/operationresults/`);

/** Five keys, times with seven fractional digits and an offset, the region's name unescaped (recorded 2026). */
function statusBody(namespace: string, operation: StoredOperation): object {
  const { id, location, subscriptionKey, status, createdAtMs, updatedAtMs } = operation;
  return {
    id: `/subscriptions/${subscriptionKey}/providers/${namespace}/locations/${location}/operationsStatus/${id}`,
    name: id,
    status,
    startTime: dotNetTime(createdAtMs),
    endTime: status === "Pending" ? "0001-01-01T00:00:00+00:00" : dotNetTime(updatedAtMs),
    ...(status === "Failed" || status === "Canceled" ? { error: operationError(operation) } : {}),
  };
}

/** ISO 8601 as .NET writes it: trailing zeros of the fraction trimmed, `+00:00` for UTC. */
function dotNetTime(atMs: number): string {
  const [whole, fraction = ""] = new Date(atMs).toISOString().slice(0, -1).split(".");
  const digits = fraction.replace(/0+$/, "");
  return `${whole ?? ""}${digits === "" ? "" : `.${digits}`}+00:00`;
}
