import { providerResponse } from "../../arm/arm-response.ts";
import type { ArmResponse } from "../../arm/arm-response.ts";
import { writeHeaders } from "../../arm/long-running.ts";
import type { LocationForm } from "../../arm/long-running.ts";
import type { ArmRequest, ResourceType } from "../../arm/resource-type.ts";
import type { JsonObject } from "../../kernel/json.ts";
import { regionDisplayName, regionDisplayNames } from "../../kernel/regions.ts";
import type { StoredOperation } from "../../store/operations.ts";
import type { Transaction } from "../../store/store.ts";
import type { ProviderServices } from "../provider-services.ts";
import type { PrivateLinkConsumer } from "../../private-link/contract.ts";
import { apiVersionsNewestFirst } from "./api-versions.ts";

/*
 * What the types of Microsoft.Cache have in common: how they are declared, begin long-running work and answer a write.
 */

export const cacheNamespace = "Microsoft.Cache";

/** What clusters and connections use besides what every provider uses. */
export interface CacheServices extends ProviderServices {
  /** The provider of private endpoints; undefined in tests that do without. */
  readonly consumer: PrivateLinkConsumer | undefined;
  /** Whether clusters of the older kind can be created, which Azure has refused since 1 April 2026. */
  readonly retiredSkus: boolean;
}

/** A type of Microsoft.Cache: in all regions and versions, a child in a resource group, unless `own` differs. */
export const cacheType = (
  types: readonly string[],
  own: Pick<ResourceType, "operations"> & Partial<ResourceType>,
): ResourceType => ({
  namespace: cacheNamespace,
  types,
  apiVersions: apiVersionsNewestFirst,
  locations: regionDisplayNames,
  scope: "resourceGroup",
  tracked: false,
  listed: true,
  ...own,
});

/** Begins long-running work, reported under the region of its cluster. Returns undefined when it is to be done at once. */
export const beginWork = (
  { operations }: Pick<ProviderServices, "operations">,
  tx: Transaction,
  { subscriptionKey, document: { location } }: { subscriptionKey: string; document: { location: string } },
  work: { kind: string; resourceId: string; input?: JsonObject },
): Promise<StoredOperation | undefined> =>
  operations.begin(tx, { input: {}, ...work, subscriptionKey, location: regionDisplayName(location) ?? location });

/**
 * The answer to a write, with where to follow its work. While the work is in progress, the content type comes without a
 * charset (recorded 2026), except for private endpoint connections (recorded 2024).
 */
export function writeResponse(
  { timing }: Pick<ProviderServices, "timing">,
  request: ArmRequest,
  answer: {
    status: number;
    body?: object | undefined;
    operation: StoredOperation | undefined;
    location?: LocationForm;
    keepsCharset?: boolean;
  },
): ArmResponse {
  const { status, body, operation, location = "operationresults", keepsCharset = false } = answer;
  const headers = writeHeaders({ request, timing, operation, namespace: cacheNamespace, location });
  const response = providerResponse(status, body, headers);
  return operation === undefined || keepsCharset ? response : { ...response, contentType: "application/json" };
}
