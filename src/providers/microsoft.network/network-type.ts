import { networkResponse } from "../../arm/resource-type.ts";
import type { ArmRequest, ArmResponse, ResourceType, TypeOperations } from "../../arm/resource-type.ts";
import type { MayDo } from "../../arm/caller.ts";
import type { Dialect, Settling } from "../../arm/lifecycle.ts";
import { operationHeaders } from "../../arm/long-running.ts";
import { nameUuid } from "../../kernel/ids.ts";
import { regionDisplayNames } from "../../kernel/regions.ts";
import type { Timing } from "../../operations/timing.ts";
import type { PrivateLinkTarget } from "../../private-link/contract.ts";
import type { StoredOperation } from "../../store/operations.ts";
import type { ProviderServices } from "../provider-services.ts";
import { anotherOperationInProgress } from "./network-errors.ts";

/** What the types of Microsoft.Network work with. */
export interface NetworkServices extends ProviderServices {
  /** Decides what a caller may do on resources that a request refers to. */
  readonly mayDo: MayDo;
  /** The provider whose resources private endpoints lead to. */
  readonly target: PrivateLinkTarget;
}

export const networkNamespace = "Microsoft.Network";

/** How Microsoft.Network responds. Private DNS has its own dialect. */
export const networkDialect = (services: NetworkServices): Dialect => ({
  ...services,
  readResponse,
  listResponse: () => networkResponse(200),
  writeResponse: (request, written) => writeResponse(services, request, written),
  deleteResponse(request, { operation }) {
    const status = operation === undefined ? 200 : 202;
    return writeResponse(services, request, { status, operation, retryAfterSeconds: retryAfterSeconds.others });
  },
  async beforeWrite(_tx, request, resource, location) {
    refuseWhileBusy(request, resource, location);
  },
});

/** A type of Microsoft.Network, in any well-formed api-version: a first-level one is tracked, its children are not. */
export const networkType = (types: readonly string[], operations: TypeOperations): ResourceType => ({
  namespace: networkNamespace,
  types,
  apiVersions: "any",
  locations: regionDisplayNames,
  scope: "resourceGroup",
  tracked: types.length === 1,
  listed: true,
  operations,
});

/** Azure's Retry-After in seconds (recorded 2023 to 2026). */
export const retryAfterSeconds = { virtualNetwork: 3, others: 10 } as const;

/** Refuses a write to a resource with an operation in progress, which is reported under `location`. @throws ArmError */
export function refuseWhileBusy(
  { origin, apiVersion }: ArmRequest,
  { subscriptionKey, document: { operationId } }: { subscriptionKey: string; document: Pick<Settling, "operationId"> },
  location: string,
): void {
  if (operationId === undefined) return;
  const path = operationPath({ id: operationId, subscriptionKey, location }, "operations");
  throw anotherOperationInProgress(`${origin}${path}?api-version=${apiVersion}`);
}

/** The response to a write. */
export function writeResponse(
  { timing }: { timing: Timing },
  request: ArmRequest,
  written: { status: number; body?: object; operation?: StoredOperation | undefined; retryAfterSeconds?: number },
): ArmResponse {
  const { status, body, operation, retryAfterSeconds: seconds } = written;
  if (operation === undefined) {
    return networkResponse(status, body, operationHeaders({ request, timing, followUp: undefined }));
  }
  const followUp = {
    statusPath: operationPath(operation, "operations"),
    // Only a 202 has a result to follow (recorded).
    ...(status === 202 ? { resultPath: operationPath(operation, "operationResults") } : {}),
    ...(seconds === undefined ? {} : { retryAfterSeconds: seconds }),
  };
  const headers = operationHeaders({ request, timing, followUp });
  return networkResponse(status, body, { "azure-asyncnotification": "Enabled", ...headers });
}

/** The path of an operation's status or result. */
export function operationPath(
  { id, subscriptionKey, location }: Pick<StoredOperation, "id" | "subscriptionKey" | "location">,
  form: "operations" | "operationResults",
): string {
  return `/subscriptions/${subscriptionKey}/providers/${networkNamespace}/locations/${location}/${form}/${id}`;
}

/** The response to a GET of one resource: its etag is a header too. */
export const readResponse = (body: object): ArmResponse => networkResponse(200, body, etagHeader(body));

/** The header `etag`, if the body has an etag. */
export const etagHeader = (body: object): { readonly etag?: string } =>
  "etag" in body && typeof body.etag === "string" ? { etag: body.etag } : {};

/** The value of `etag` and of the header of that name. Each write of a resource changes it. */
export const etagOf = ({ resourceGuid, version }: { resourceGuid: string; version: number }): string =>
  `W/"${nameUuid(resourceGuid, String(version))}"`;
