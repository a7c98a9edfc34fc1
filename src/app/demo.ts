import { ArmError } from "../arm/arm-error.ts";
import type { Caller } from "../arm/caller.ts";
import { sendPut, type InternalPut } from "../arm/pipeline/internal-put.ts";
import type { Registry } from "../arm/registry.ts";
import type { GateServices } from "../arm/pipeline/exchange.ts";
import { newUuid } from "../kernel/ids.ts";
import type { Log } from "../kernel/log.ts";
import { demoSubscriptionId } from "./settings.ts";
import { findResource, saveResource } from "../store/resources.ts";

const groupId = `/subscriptions/${demoSubscriptionId}/resourceGroups/rg1`;
const clusterId = `${groupId}/providers/Microsoft.Cache/redisEnterprise/cache1`;
const vnetId = `${groupId}/providers/Microsoft.Network/virtualNetworks/vnet1`;
const location = "eastus";
const cacheVersion = "2025-07-01";
const networkVersion = "2025-03-01";

/** A cluster with its database, and a private endpoint whose connection is pending. */
const requests: readonly InternalPut[] = [
  { id: groupId, apiVersion: "2024-11-01", body: { location } },
  {
    id: clusterId,
    apiVersion: cacheVersion,
    body: { location, sku: { name: "Balanced_B1" }, properties: { publicNetworkAccess: "Enabled" } },
  },
  // An access key is the shortest way to a first command.
  {
    id: `${clusterId}/databases/default`,
    apiVersion: cacheVersion,
    body: { properties: { accessKeysAuthentication: "Enabled" } },
  },
  {
    id: vnetId,
    apiVersion: networkVersion,
    body: {
      location,
      properties: {
        addressSpace: { addressPrefixes: ["10.0.0.0/16"] },
        subnets: [{ name: "default", properties: { addressPrefix: "10.0.0.0/24" } }],
      },
    },
  },
  {
    id: `${groupId}/providers/Microsoft.Network/privateEndpoints/petest01`,
    apiVersion: networkVersion,
    body: {
      location,
      properties: {
        subnet: { id: `${vnetId}/subnets/default` },
        manualPrivateLinkServiceConnections: [
          {
            name: "pectest01",
            properties: {
              privateLinkServiceId: clusterId,
              groupIds: ["redisEnterprise"],
              requestMessage: "Please approve.",
            },
          },
        ],
      },
    },
  },
];

/** Marks a data directory that has had the demonstration. The row belongs to no resource type. */
const demoMark = { id: "/cuprite/demo", typeKey: "cuprite/demo", parentKey: "", subscriptionKey: "" } as const;

interface DemoServices extends Omit<GateServices, "registry"> {
  /** The types that requests reach, whose writes are done at once; called only when there is something to create. */
  readonly registry: () => Registry;
  readonly owner: Caller;
  readonly log: Log;
}

/**
 * Creates the demonstration, once for a data directory, with requests of the owner. What exists already stays as it is,
 * and what was deleted is not created again. The server also starts when a request is refused: the log has a warning then.
 */
export async function seedDemo({ owner, log, registry, ...services }: DemoServices): Promise<void> {
  const { store, clock } = services;
  if ((await findResource(store, demoMark.id)) !== undefined) return;
  const arm = { ...services, registry: registry() };
  const caller = { caller: owner, origin: "https://localhost", correlationId: newUuid() };
  for (const request of requests) {
    if ((await findResource(store, request.id)) !== undefined) continue;
    try {
      await sendPut(request, caller, arm);
    } catch (cause) {
      if (!(cause instanceof ArmError)) throw cause;
      log.warn({ err: cause, id: request.id }, "A resource of the demonstration could not be created.");
    }
  }
  await store.write((tx) => saveResource(tx, { ...demoMark, document: {} }, clock.nowMs()));
}
