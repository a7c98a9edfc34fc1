import { networkResponse } from "../../../arm/arm-response.ts";
import type { ArmResponse } from "../../../arm/arm-response.ts";
import { scopeId } from "../../../arm/resource-id.ts";
import { operationHeaders } from "../../../arm/long-running.ts";
import type { FollowUp } from "../../../arm/long-running.ts";
import type { ArmRequest } from "../../../arm/resource-type.ts";
import type { StoredOperation } from "../../../store/operations.ts";
import type { Transaction } from "../../../store/store.ts";
import type { TaggedBody } from "../etag.ts";
import type { DnsServices } from "./dns-services.ts";

/** How long Azure has clients wait between looks (recorded 2024 to 2026). */
export const retryAfterSeconds = 30;

/** Where an operation on private DNS is followed: below the resource group that it is in. */
export function followUpOf({ path }: Pick<ArmRequest, "path">, operationId: string): FollowUp {
  const base = `${encodeURI(scopeId(path))}/providers/Microsoft.Network`;
  return {
    statusPath: `${base}/privateDnsOperationStatuses/${operationId}`,
    resultPath: `${base}/privateDnsOperationResults/${operationId}`,
    retryAfterSeconds,
  };
}

/** The answer to a write: while it goes on 202, after a PUT or PATCH with an empty object (recorded). */
export function dnsAnswer(
  { timing }: Pick<DnsServices, "timing">,
  request: ArmRequest,
  written: { status: number; body?: TaggedBody; operation?: StoredOperation | undefined },
): ArmResponse {
  const { status, body, operation } = written;
  const followUp = operation === undefined ? undefined : followUpOf(request, operation.id);
  const headers = operationHeaders({ request, timing, followUp });
  if (operation !== undefined) return networkResponse(202, request.method === "DELETE" ? undefined : {}, headers);
  return networkResponse(status, body, { ...headers, ...(body === undefined ? {} : { etag: body.etag }) });
}

/** Begins long-running work in the place of whatever is under way; undefined when it is to be done at once. */
export async function beginOn(
  { operations }: DnsServices,
  tx: Transaction,
  work: { kind: string; resourceId: string; subscriptionKey: string },
): Promise<StoredOperation | undefined> {
  await operations.cancelAll(tx, work.resourceId);
  return operations.begin(tx, { ...work, location: "global", input: {} });
}
