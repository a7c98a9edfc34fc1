import { networkResponse } from "../../arm/arm-response.ts";
import type { ArmResponse } from "../../arm/arm-response.ts";
import { operationHeaders } from "../../arm/long-running.ts";
import type { FollowUp } from "../../arm/long-running.ts";
import type { ArmRequest } from "../../arm/resource-type.ts";
import { nameUuid } from "../../kernel/ids.ts";
import type { Timing } from "../../operations/timing.ts";
import type { StoredOperation } from "../../store/operations.ts";
import { networkNamespace } from "./network-services.ts";

/** Azure's Retry-After in seconds (recorded 2023 to 2026). */
export const retryAfterSeconds = { virtualNetwork: 3, others: 10 } as const;

/** The response to a write. */
export function writeAnswer(
  { timing }: { timing: Timing },
  request: ArmRequest,
  written: { status: number; body?: object; operation?: StoredOperation | undefined; retryAfterSeconds?: number },
): ArmResponse {
  const { status, body, operation } = written;
  const followUp = operation === undefined ? undefined : followUpOf(operation, written);
  const notification: Record<string, string> = operation === undefined ? {} : { "azure-asyncnotification": "Enabled" };
  return networkResponse(status, body, { ...notification, ...operationHeaders({ request, timing, followUp }) });
}

/** Only a 202 has a result to follow (recorded). */
function followUpOf(operation: StoredOperation, written: { status: number; retryAfterSeconds?: number }): FollowUp {
  const { status, retryAfterSeconds: seconds } = written;
  return {
    statusPath: operationPath(operation, "operations"),
    ...(status === 202 ? { resultPath: operationPath(operation, "operationResults") } : {}),
    ...(seconds === undefined ? {} : { retryAfterSeconds: seconds }),
  };
}

/** The path of an operation's status or result. */
export function operationPath(
  { id, subscriptionKey, location }: Pick<StoredOperation, "id" | "subscriptionKey" | "location">,
  form: "operations" | "operationResults",
): string {
  return `/subscriptions/${subscriptionKey}/providers/${networkNamespace}/locations/${location}/${form}/${id}`;
}

/** The response to a GET of one resource: its etag is a header too. */
export const readAnswer = (body: object): ArmResponse => networkResponse(200, body, etagHeader(body));

/** The header `etag`, if the body has an etag. */
export const etagHeader = (body: object): { readonly etag?: string } =>
  "etag" in body && typeof body.etag === "string" ? { etag: body.etag } : {};

/** The value of `etag` and of the header of that name. Each write of a resource changes it. */
export const etagOf = ({ resourceGuid, version }: { resourceGuid: string; version: number }): string =>
  `W/"${nameUuid(resourceGuid, String(version))}"`;
