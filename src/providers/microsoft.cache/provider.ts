import { ArmError } from "../../arm/arm-error.ts";
import { operationResultsType, operationStatusType } from "../../arm/operation-routes.ts";
import type { ReadResource } from "../../arm/operation-routes.ts";
import { operationsListType } from "../../arm/operations-list.ts";
import type { ResourceType } from "../../arm/resource-type.ts";
import { regionDisplayNames } from "../../kernel/regions.ts";
import type { PrivateLinkConsumer } from "../../private-link/contract.ts";
import { asType } from "../../store/resources.ts";
import type { GenericView, Provider, RemoveResource } from "../provider.ts";
import type { ProviderServices } from "../provider-services.ts";
import { assignmentTypes } from "./access-policy-assignments/assignment-type.ts";
import { apiVersionsNewestFirst } from "./api-versions.ts";
import { cacheNamespace, cacheType } from "./cache-type.ts";
import { clusterTypeKey } from "./clusters/cluster-document.ts";
import type { ClusterDocument } from "./clusters/cluster-document.ts";
import { clusterOperations } from "./clusters/cluster-operations.ts";
import { removeCluster } from "./clusters/cluster-store.ts";
import type { ClusterServices } from "./clusters/cluster-services.ts";
import { clusterType } from "./clusters/cluster-type.ts";
import type { DatabaseDataPlane } from "./databases/data-plane.ts";
import { databaseTypes } from "./databases/database-type.ts";
import { connectionTypeKey } from "./private-endpoint-connections/connection-document.ts";
import type { ConnectionDocument } from "./private-endpoint-connections/connection-document.ts";
import { connectionOperations } from "./private-endpoint-connections/connection-operations.ts";
import { removeConnection } from "./private-endpoint-connections/connection-store.ts";
import { connectionType } from "./private-endpoint-connections/connection-type.ts";
import { proxyType } from "./private-endpoint-connections/proxy-type.ts";
import { privateLinkResourceType } from "./private-link-resources/private-link-resource-type.ts";

/** What Microsoft.Cache works with besides what every provider does. */
export interface CacheOptions extends ProviderServices {
  /** The provider of the private endpoints; a test may do without. */
  readonly consumer?: PrivateLinkConsumer | undefined;
  /** The Redis servers, once there are any. */
  readonly dataPlane?: DatabaseDataPlane | undefined;
  /** Whether clusters of the older kind can be created, which Azure has refused since 1 April 2026; they cannot by default. */
  readonly retiredSkus?: boolean;
}

/** Microsoft.Cache/redisEnterprise: clusters, their databases, and who may reach and use them. */
export function microsoftCache(options: CacheOptions): Required<Provider> {
  const services = {
    ...options,
    consumer: options.consumer,
    retiredSkus: options.retiredSkus === true,
  };
  const databases = databaseTypes(services);
  const assignments = assignmentTypes(services);
  const slow = [clusterType(services), ...databases.types, ...assignments.types, connectionType(services)];
  const quick = [privateLinkResourceType(), proxyType(), ...listedOnly.map(listedType), statusType(services)];
  const results = slow.map((of) => operationResultsType({ ...services, of, read: readAs(of) }));
  const types = [...slow, ...quick, ...results];
  return {
    types: [...types, operationsListType(cacheNamespace, types)],
    kinds: [
      ...clusterOperations(services),
      ...databases.kinds,
      ...assignments.kinds,
      ...connectionOperations(services),
    ],
    removers: removers(services),
    genericViews: new Map([[clusterTypeKey, clusterView]]),
  };
}

const statusType = (services: ProviderServices): ResourceType =>
  operationStatusType({
    ...services,
    namespace: cacheNamespace,
    apiVersions: apiVersionsNewestFirst,
    locations: regionDisplayNames,
  });

/** Types that clients look for in the provider's list and cannot call. */
const listedOnly = [["locations"], ["locations", "operationResults"], ["locations", "asyncOperations"]] as const;

const listedType = (types: readonly string[]): ResourceType =>
  cacheType(types, { scope: "subscription", parentsAreStored: false, operations: {} });

/** What a GET by the resource's id would answer to the caller who asks for an operation's result. */
const readAs =
  ({ operations: { get } }: ResourceType): ReadResource =>
  async (request, resourceId) => {
    if (get === undefined) return undefined;
    try {
      const answer = await get.handle({ ...request, operation: get, resourceId });
      return answer.status === 200 ? answer.body : undefined;
    } catch (cause) {
      if (cause instanceof ArmError && cause.status === 404) return undefined;
      throw cause;
    }
  };

function removers({ operations, consumer }: ClusterServices): ReadonlyMap<string, RemoveResource> {
  return new Map<string, RemoveResource>([
    [
      clusterTypeKey,
      async (tx, resource, nowMs) => {
        await operations.cancelAll(tx, resource.id);
        const cluster = asType<ClusterDocument>(resource, clusterTypeKey);
        await removeCluster(tx, cluster, { operations, consumer, nowMs });
      },
    ],
    [
      connectionTypeKey,
      (tx, resource, nowMs) => {
        const connection = asType<ConnectionDocument>(resource, connectionTypeKey);
        return removeConnection(tx, connection, { consumer, nowMs });
      },
    ],
  ]);
}

/** What the lists of all resources show of a cluster. */
const clusterView: GenericView = (resource) => {
  const { kind, sku, zones, identity } = asType<ClusterDocument>(resource, clusterTypeKey).document;
  return { kind, sku, ...(zones === undefined ? {} : { zones }), identity };
};
