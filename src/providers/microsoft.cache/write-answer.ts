import { providerResponse } from "../../arm/arm-response.ts";
import type { ArmResponse } from "../../arm/arm-response.ts";
import { writeHeaders } from "../../arm/long-running.ts";
import type { LocationForm } from "../../arm/long-running.ts";
import type { ArmRequest } from "../../arm/resource-type.ts";
import type { JsonObject } from "../../kernel/json.ts";
import { regionDisplayName } from "../../kernel/regions.ts";
import type { StoredOperation } from "../../store/operations.ts";
import type { Transaction } from "../../store/store.ts";
import type { ProviderServices } from "../provider-services.ts";

/** Begins long-running work, reported under a cluster's region; undefined when it is to be done at once. */
export const beginWork = (
  { operations }: Pick<ProviderServices, "operations">,
  tx: Transaction,
  cluster: { subscriptionKey: string; location: string },
  work: { kind: string; resourceId: string; input?: JsonObject },
): Promise<StoredOperation | undefined> =>
  operations.begin(tx, {
    input: {},
    ...work,
    subscriptionKey: cluster.subscriptionKey,
    location: regionDisplayName(cluster.location) ?? cluster.location,
  });

/**
 * The answer to a write, with where to follow its work; while that goes on, the content type comes without a charset
 * (recorded 2026) for all but private endpoint connections (recorded 2024).
 */
export function writeResponse(
  { timing }: Pick<ProviderServices, "timing">,
  request: ArmRequest,
  answer: {
    status: number;
    body?: object | undefined;
    operation: StoredOperation | undefined;
    location?: LocationForm;
  },
): ArmResponse {
  const { status, body, operation, location = "operationresults" } = answer;
  const headers = writeHeaders({ request, timing, operation, namespace: "Microsoft.Cache", location });
  const response = providerResponse(status, body, headers);
  return operation === undefined ? response : { ...response, contentType: "application/json" };
}
