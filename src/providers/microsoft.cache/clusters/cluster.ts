import type { ArmError } from "../../../arm/arm-error.ts";
import { providerResourceNotFound, resourceNotFound } from "../../../arm/errors.ts";
import { resourceKind } from "../../../arm/resource-kind.ts";
import type { ArmRequest } from "../../../arm/resource-type.ts";
import { listBelow, removeResource } from "../../../store/resources.ts";
import type { Queryable, StoredResource, Transaction } from "../../../store/store.ts";
import { hasFeature } from "../api-versions.ts";
import { cacheNamespace, shownRegion, type CacheServices } from "../cache-type.ts";
import { busy } from "../errors.ts";
import { connectionBody, connections, removeConnection } from "../private-endpoint-connections/connection.ts";
import type { StoredConnection } from "../private-endpoint-connections/connection.ts";
import type { ClusterKind } from "../skus.ts";

export type ProvisioningState = "Succeeded" | "Failed" | "Canceled" | "Creating" | "Updating" | "Deleting";

export type ResourceState =
  | "Running"
  | "Creating"
  | "CreateFailed"
  | "Updating"
  | "UpdateFailed"
  | "Deleting"
  | "DeleteFailed"
  | "Enabling"
  | "EnableFailed"
  | "Disabling"
  | "DisableFailed"
  | "Disabled"
  | "Scaling"
  | "ScalingFailed"
  | "Moving";

/** What is stored of a cluster, whichever api-version it was written with. */
export interface ClusterDocument {
  readonly name: string;
  /** Region name, e.g. `eastus`. */
  readonly location: string;
  readonly kind: ClusterKind;
  readonly tags: Readonly<Record<string, string>> | undefined;
  readonly sku: { readonly name: string; readonly capacity?: number };
  readonly zones: readonly string[] | undefined;
  readonly identity: ClusterIdentity;
  readonly encryption: ClusterEncryption | undefined;
  readonly minimumTlsVersion: string;
  readonly highAvailability: "Enabled" | "Disabled";
  /** null only when written by a version that did not know the property, and not set since. */
  readonly publicNetworkAccess: "Enabled" | "Disabled" | null;
  /** undefined: at any time that Azure chooses. */
  readonly maintenanceConfiguration: ClusterMaintenance | undefined;
  readonly hostName: string;
  readonly redundancyMode: "None" | "LR" | "ZR";
  readonly provisioningState: ProvisioningState;
  readonly resourceState: ResourceState;
  /** The operation that the states wait for; a later one takes its place. */
  readonly operationId: string | undefined;
}

export interface ClusterIdentity {
  readonly type: "None" | "SystemAssigned" | "UserAssigned" | "SystemAssigned, UserAssigned";
  readonly principalId?: string;
  readonly tenantId?: string;
  readonly userAssignedIdentities?: Readonly<Record<string, { principalId: string; clientId: string }>>;
}

export interface ClusterEncryption {
  readonly customerManagedKeyEncryption?: {
    readonly keyEncryptionKeyIdentity?: {
      readonly userAssignedIdentityResourceId?: string;
      readonly identityType?: string;
    };
    readonly keyEncryptionKeyUrl?: string;
  };
}

export interface ClusterMaintenance {
  readonly maintenanceWindows: readonly MaintenanceWindow[];
}

export interface MaintenanceWindow {
  readonly type: "Weekly";
  /** ISO 8601. */
  readonly duration: string;
  readonly startHourUtc: number;
  readonly schedule?: { readonly dayOfWeek: string };
}

/** The name that clients of a cluster connect to; `location` is a region name. */
export const hostNameOf = ({ name, location, kind }: Pick<ClusterDocument, "name" | "location" | "kind">): string =>
  `${name}.${location}.${kind === "v1" ? "redisenterprise.cache.azure.net" : "redis.azure.net"}`;

/** The private DNS zone for the names of private endpoints. */
export const privateLinkZone = (kind: ClusterKind): string =>
  kind === "v1" ? "privatelink.redisenterprise.cache.azure.net" : "privatelink.redis.azure.net";

export type StoredCluster = StoredResource<ClusterDocument>;

export const clusters = resourceKind<ClusterDocument>(cacheNamespace, ["redisEnterprise"]);

const minuteMs = 60_000;

/** The work on clusters that may take longer than a response. Recorded 2025 and 2026: created in 4 to 10 minutes, deleted in 5. */
export const clusterWork = {
  create: { name: "redisEnterprise.cluster.create", azureDurationMs: 5 * minuteMs },
  write: { name: "redisEnterprise.cluster.update", azureDurationMs: 4 * minuteMs },
  delete: { name: "redisEnterprise.cluster.delete", azureDurationMs: 5 * minuteMs },
} as const;

/** Whether an operation is in progress on a resource, which then takes no other write. */
export const isBusy = ({ provisioningState: state }: BusyDocument): boolean =>
  state === "Creating" || state === "Updating" || state === "Deleting";

interface BusyDocument {
  readonly provisioningState?: unknown;
}

/** @throws ArmError when an operation is in progress on a resource. */
export function refuseWhileBusy({ id, document }: { readonly id: string; readonly document: BusyDocument }): void {
  if (isBusy(document)) throw busy(id);
}

/** The cluster of something that is written. @throws ArmError when it does not exist or is busy. */
export async function requireIdleCluster(tx: Transaction, id: string): Promise<StoredCluster> {
  const cluster = await clusters.find(tx, id);
  if (cluster === undefined) throw providerResourceNotFound();
  refuseWhileBusy(cluster);
  return cluster;
}

/** ARM's own 404, with type and name as the caller spells them. */
export const clusterNotFound = ({ path, name, group }: ArmRequest): ArmError =>
  resourceNotFound({ type: `${path.namespace}/${path.types[0] ?? ""}`, name, group });

/** The cluster that a request addresses. @throws ArmError when it does not exist. */
export async function requireCluster(from: Queryable, request: ArmRequest): Promise<StoredCluster> {
  const cluster = await clusters.find(from, request.resourceId);
  if (cluster === undefined) throw clusterNotFound(request);
  return cluster;
}

/** What a cluster's body depends on besides the cluster. */
interface ClusterView {
  readonly apiVersion: string;
  /** Where no tags were sent, the response that creates a cluster has null, all others an empty object (recorded). */
  readonly isCreation?: boolean;
}

/** Clusters as clients of an api-version read them. */
export async function clusterBodies(
  from: Queryable,
  found: readonly StoredCluster[],
  view: ClusterView,
): Promise<object[]> {
  const byCluster = await connections.byParent(from, found);
  return found.map((each) => bodyOf(each, byCluster.get(each.key) ?? [], view));
}

/** In the recorded order. */
function bodyOf({ id, document }: StoredCluster, own: readonly StoredConnection[], view: ClusterView): object {
  const { name, location, kind, tags, sku, zones, identity } = document;
  return {
    location: shownRegion(location),
    name,
    id,
    type: clusters.type,
    ...(hasFeature(view.apiVersion, "managedRedis") ? { kind } : {}),
    tags: tags ?? (view.isCreation === true ? null : {}),
    sku,
    properties: propertiesOf(document, own, view.apiVersion),
    ...(zones === undefined ? {} : { zones }),
    ...(hasFeature(view.apiVersion, "identityShown") ? { identity } : {}),
  };
}

function propertiesOf(document: ClusterDocument, own: readonly StoredConnection[], apiVersion: string): object {
  const { minimumTlsVersion, hostName, provisioningState, highAvailability, redundancyMode } = document;
  const { publicNetworkAccess, maintenanceConfiguration, encryption } = document;
  const showsMaintenance = maintenanceConfiguration !== undefined && hasFeature(apiVersion, "maintenanceConfiguration");
  const showsEncryption = encryption !== undefined && hasFeature(apiVersion, "encryption");
  return {
    minimumTlsVersion,
    hostName,
    provisioningState,
    resourceState: stateIn(apiVersion, document.resourceState),
    privateEndpointConnections: own.map((each) => connectionBody(each, apiVersion)),
    ...(hasFeature(apiVersion, "managedRedis") ? { highAvailability, redundancyMode } : {}),
    ...(hasFeature(apiVersion, "publicNetworkAccess") ? { publicNetworkAccess } : {}),
    ...(showsMaintenance ? { maintenanceConfiguration } : {}),
    ...(showsEncryption ? { encryption } : {}),
  };
}

const statesBeforeScaling: Partial<Record<ResourceState, ResourceState>> = {
  Scaling: "Updating",
  ScalingFailed: "UpdateFailed",
};

/** Versions without states for scaling show it as an update. */
const stateIn = (apiVersion: string, state: ResourceState): ResourceState =>
  hasFeature(apiVersion, "scalingStates") ? state : (statesBeforeScaling[state] ?? state);

/** Removes a cluster and everything below it, but cancels no operation on the cluster itself: it may be this removal. */
export async function removeCluster(
  tx: Transaction,
  cluster: StoredCluster,
  { operations, consumer }: Pick<CacheServices, "operations" | "consumer">,
): Promise<void> {
  const below = await listBelow(tx, cluster.key);
  for (const resource of below.toReversed()) {
    await operations.cancelAll(tx, resource.id);
    if (connections.is(resource)) await removeConnection(tx, resource, consumer);
    else await removeResource(tx, resource);
  }
  await removeResource(tx, cluster);
}
