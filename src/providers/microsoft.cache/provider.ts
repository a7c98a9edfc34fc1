import { ArmError } from "../../arm/arm-error.ts";
import { bodyOf } from "../../arm/render-response.ts";
import { operationResultsType, operationStatusType, type ReadResource } from "../../arm/operation-routes.ts";
import { operationsListType } from "../../arm/operations-list.ts";
import type { ResourceType } from "../../arm/resource-type.ts";
import { regionDisplayNames } from "../../kernel/regions.ts";
import type { ProviderServices } from "../provider-services.ts";
import { assignmentType } from "./access-policy-assignments/assignment-type.ts";
import { apiVersionsNewestFirst } from "./api-versions.ts";
import { cacheNamespace, cacheType, type CacheServices } from "./cache-type.ts";
import { clusterType } from "./clusters/cluster-type.ts";
import { databaseType } from "./databases/database-type.ts";
import { connectionType } from "./private-endpoint-connections/connection-type.ts";
import { proxyType } from "./connection-proxy.ts";
import { privateLinkResourceType } from "./private-link-resources/private-link-resource.ts";

/** Microsoft.Cache/redisEnterprise: clusters, their databases, private endpoint connections and access policy assignments. */
export function microsoftCache(options: ProviderServices & Partial<CacheServices>): ResourceType[] {
  const services = { consumer: undefined, dataPlane: undefined, retiredSkus: false, ...options };
  const stored = [clusterType, databaseType, assignmentType, connectionType].map((type) => type(services));
  const virtual = [privateLinkResourceType(), proxyType(), ...listedOnly.map(listedType), statusType(services)];
  const results = stored.map((of) => operationResultsType({ ...services, of, read: readAs(of) }));
  const types = [...stored, ...virtual, ...results];
  return [...types, operationsListType(cacheNamespace, types)];
}

const statusType = (services: ProviderServices): ResourceType =>
  operationStatusType({
    ...services,
    namespace: cacheNamespace,
    apiVersions: apiVersionsNewestFirst,
    locations: regionDisplayNames,
  });

/** Types that clients look for in the provider's list but cannot call. */
const listedOnly = [["locations"], ["locations", "operationResults"], ["locations", "asyncOperations"]] as const;

const listedType = (types: readonly string[]): ResourceType =>
  cacheType(types, { scope: "subscription", parentsAreStored: false, operations: {} });

/** Reads a resource for the result of an operation, as a GET by the same caller. */
const readAs =
  ({ operations: { get } }: ResourceType): ReadResource =>
  async (request, resourceId) => {
    if (get === undefined) return undefined;
    try {
      const response = await get.handle({ ...request, operation: get, resourceId });
      return response.status === 200 ? bodyOf(response) : undefined;
    } catch (cause) {
      if (cause instanceof ArmError && cause.status === 404) return undefined;
      throw cause;
    }
  };
