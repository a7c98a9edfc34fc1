import { providerResponse, type ArmRequest, type ArmResponse, type ResourceType } from "../../arm/resource-type.ts";
import { beginWork as begin, type Dialect } from "../../arm/lifecycle.ts";
import { writeHeaders, type LocationForm } from "../../arm/long-running.ts";
import type { JsonObject } from "../../kernel/json.ts";
import { regionDisplayName, regionDisplayNames } from "../../kernel/regions.ts";
import type { PrivateLinkConsumer } from "../../private-link/contract.ts";
import type { StoredOperation } from "../../store/operations.ts";
import type { Transaction } from "../../store/store.ts";
import type { ProviderServices } from "../provider-services.ts";
import { apiVersionsNewestFirst } from "./api-versions.ts";
import type { DatabaseDataPlane } from "./data-plane.ts";

/*
 * What the types of Microsoft.Cache have in common: how they are declared, begin long-running work and respond.
 */

export const cacheNamespace = "Microsoft.Cache";

/** What the types of Microsoft.Cache use besides what every provider uses. */
export interface CacheServices extends ProviderServices {
  /** The provider of private endpoints; undefined in tests that do without. */
  readonly consumer: PrivateLinkConsumer | undefined;
  /** The Redis servers; undefined where the data plane does not run. */
  readonly dataPlane: DatabaseDataPlane | undefined;
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

/**
 * How Microsoft.Cache responds, and that a DELETE cancels other operations on its resource. Types that refuse a DELETE
 * while they are busy do so in `beforeDelete`.
 */
export const cacheDialect = (services: ProviderServices): Dialect => ({
  ...services,
  readResponse: (body) => providerResponse(200, body),
  listResponse: () => providerResponse(200),
  writeResponse: (request, written) => writeResponse(services, request, { ...written, operation: undefined }),
  deleteResponse: (request, { operation, body }) =>
    writeResponse(
      services,
      request,
      operation === undefined ? { status: 200, operation } : { status: 202, body, operation },
    ),
  beforeWrite: (tx, _request, { id }) => services.operations.cancelAll(tx, id),
});

/** A region as responses show it. */
export const shownRegion = (location: string): string => regionDisplayName(location) ?? location;

/** Begins long-running work, reported under the region of its cluster. Returns undefined when it is to be done at once. */
export const beginWork = (
  services: Pick<ProviderServices, "operations">,
  tx: Transaction,
  cluster: { readonly document: { readonly location: string } },
  work: { readonly kind: string; readonly resourceId: string; readonly input?: JsonObject },
): Promise<StoredOperation | undefined> =>
  begin(services, tx, { ...work, location: shownRegion(cluster.document.location) });

/**
 * The response to a write, with where to follow its work. While the work is in progress, the content type comes without a
 * charset (recorded 2026), except for private endpoint connections (recorded 2024).
 */
export function writeResponse(
  { timing }: Pick<ProviderServices, "timing">,
  request: ArmRequest,
  written: {
    readonly status: number;
    readonly body?: object | undefined;
    readonly operation: StoredOperation | undefined;
    readonly location?: LocationForm;
    readonly keepsCharset?: boolean;
  },
): ArmResponse {
  const { status, body, operation, location = "operationresults", keepsCharset = false } = written;
  const headers = writeHeaders({ request, timing, operation, namespace: cacheNamespace, location });
  const response = providerResponse(status, body, headers);
  return operation === undefined || keepsCharset ? response : { ...response, contentType: "application/json" };
}
