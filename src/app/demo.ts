import { resourceGroupTypeKey } from "../arm/resource-group.ts";
import type { ResourceGroupDocument } from "../arm/resource-group.ts";
import { seedDemoEndpoint } from "./demo-endpoint.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import type { PrivateLinkTarget } from "../private-link/contract.ts";
import { clusterTypeKey } from "../providers/microsoft.cache/clusters/cluster-document.ts";
import type { ClusterDocument } from "../providers/microsoft.cache/clusters/cluster-document.ts";
import { hostNameOf, redundancyOf } from "../providers/microsoft.cache/clusters/cluster-placement.ts";
import { defaultClusterSettings } from "../providers/microsoft.cache/clusters/cluster-settings.ts";
import { newAccessKeys } from "../providers/microsoft.cache/databases/access-keys.ts";
import { databaseTypeKey, initialRedisVersion } from "../providers/microsoft.cache/databases/database-document.ts";
import type { DatabaseDocument } from "../providers/microsoft.cache/databases/database-document.ts";
import { defaultSettings } from "../providers/microsoft.cache/databases/database-settings.ts";
import { demoSubscriptionId } from "./settings.ts";
import { findResource, saveResource } from "../store/resources.ts";
import type { Store, Transaction } from "../store/store.ts";

const subscriptionId = `/subscriptions/${demoSubscriptionId}`;
const groupId = `${subscriptionId}/resourceGroups/rg1`;
const clusterId = `${groupId}/providers/Microsoft.Cache/redisEnterprise/cache1`;
const location = "eastus";

/** Remembers that a data directory has had the demonstration; a row that belongs to no type of ARM's. */
const demoMark = { id: "/cuprite/demo", typeKey: "cuprite/demo", parentKey: "", subscriptionKey: "" } as const;

/**
 * Makes the demonstration, once for a data directory: a cluster with its database, and a private endpoint whose
 * connection waits for the cluster's owner. What is there already stays as it is, and what was deleted stays away.
 */
export async function seedDemo(services: DemoServices): Promise<void> {
  const { store, clock, target, log } = services;
  const nowMs = clock.nowMs();
  if ((await findResource(store, demoMark.id)) !== undefined) return;
  await store.write(async (tx) => {
    await saveResource(tx, { ...demoMark, document: {} }, nowMs);
    await ensure(tx, { id: groupId, typeKey: resourceGroupTypeKey, parentId: subscriptionId, document: group }, nowMs);
    await ensure(tx, { id: clusterId, typeKey: clusterTypeKey, parentId: groupId, document: cluster() }, nowMs);
    const databaseId = `${clusterId}/databases/default`;
    await ensure(tx, { id: databaseId, typeKey: databaseTypeKey, parentId: clusterId, document: database() }, nowMs);
    const place = { subscriptionKey: demoSubscriptionId, groupId, clusterId, location };
    await seedDemoEndpoint({ tx, target, log, ...place, nowMs });
  });
}

interface DemoServices {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** How connections come into being. */
  readonly target: PrivateLinkTarget;
}

async function ensure(
  tx: Transaction,
  piece: { id: string; typeKey: string; parentId: string; document: object },
  nowMs: number,
): Promise<void> {
  if ((await findResource(tx, piece.id)) !== undefined) return;
  const { id, typeKey, document } = piece;
  const parentKey = piece.parentId.toLowerCase();
  await saveResource(tx, { id, typeKey, parentKey, subscriptionKey: demoSubscriptionId, document }, nowMs);
}

const group: ResourceGroupDocument = {
  name: "rg1",
  location,
  tags: undefined,
  managedBy: undefined,
  provisioningState: "Succeeded",
};

function cluster(): ClusterDocument {
  const placed = { name: "cache1", location, kind: "v2", zones: undefined, highAvailability: "Enabled" } as const;
  return {
    ...defaultClusterSettings,
    ...placed,
    tags: undefined,
    sku: { name: "Balanced_B1" },
    publicNetworkAccess: "Enabled",
    hostName: hostNameOf(placed),
    redundancyMode: redundancyOf(placed),
    provisioningState: "Succeeded",
    resourceState: "Running",
    operationId: undefined,
  };
}

const database = (): DatabaseDocument => ({
  ...defaultSettings("2025-07-01"),
  name: "default",
  // The key is the shortest way in.
  accessKeysAuthentication: "Enabled",
  redisVersion: initialRedisVersion.v2,
  keys: newAccessKeys(),
  provisioningState: "Succeeded",
  resourceState: "Running",
  operationId: undefined,
});
