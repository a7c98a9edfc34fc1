import { invalidLocationChange } from "../../../arm/errors.ts";
import { waitingFor } from "../../../arm/lifecycle.ts";
import type { ArmOperation, ArmRequest } from "../../../arm/resource-type.ts";
import { subscriptionTypeKey, type SubscriptionDocument } from "../../../arm/subscriptions-and-groups.ts";
import type { Tags } from "../../../arm/tags.ts";
import { write, type Written } from "../../../arm/write.ts";
import type { StoredOperation } from "../../../store/operations.ts";
import { asType, listBelow } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { beginWork, writeResponse, type CacheServices } from "../cache-type.ts";
import { busy, enterpriseIsRetired, refuseFaults } from "../errors.ts";
import { connections } from "../private-endpoint-connections/connection.ts";
import { findSku } from "../skus.ts";
import {
  clusterBodies,
  clusterWork,
  clusters,
  hostNameOf,
  isBusy,
  refuseWhileBusy,
  requireCluster,
} from "./cluster.ts";
import type { ClusterDocument, StoredCluster } from "./cluster.ts";
import { readCreation, readLocation, readReplacement, readTags, readUpdate } from "./cluster-request.ts";
import { checkClusterName, clusterFaults } from "./cluster-rules.ts";
import { changeOf, redundancyOf, replacedSettings, updatedSettings } from "./settings-rules.ts";
import type { ClusterChange, ClusterSettings, SettingsContext } from "./settings-rules.ts";

const declaration = {
  action: `${clusters.type}/write`,
  display: { operation: "Create or Update Cluster", description: "Creates a cluster, or changes its settings." },
  body: "required",
} as const;

/** Creates a cluster (201) or replaces its settings (200). */
export const putCluster = (services: CacheServices): ArmOperation => ({
  ...declaration,
  async handle(request) {
    const envelope = { location: readLocation(request.body), tags: readTags(request.body) ?? undefined };
    return write(services, request, async (tx, nowMs) => {
      const put = { services, request, tx, nowMs, ...envelope };
      const current = await clusters.find(tx, request.resourceId);
      return current === undefined ? create(put) : replace(put, current);
    });
  },
});

interface Put {
  readonly services: CacheServices;
  readonly request: ArmRequest;
  readonly tx: Transaction;
  readonly nowMs: number;
  /** Region name. */
  readonly location: string;
  readonly tags: Tags | undefined;
}

async function create(put: Put): Promise<Written> {
  const { services, request, tx, nowMs, location, tags } = put;
  const { resourceId, name, apiVersion } = request;
  const wanted = judgeCreation(put);
  const kind = findSku(wanted.sku.name)?.kind ?? "v2";
  const work = { kind: clusterWork.create.name, resourceId };
  const operation = await beginWork(services, tx, { document: { location } }, work);
  const document: ClusterDocument = {
    name,
    location,
    kind,
    tags,
    ...wanted,
    hostName: hostNameOf({ name, location, kind }),
    redundancyMode: redundancyOf({ ...wanted, kind, location }),
    resourceState: operation === undefined ? "Running" : "Creating",
    ...waitingFor(operation, "Creating"),
  };
  const cluster = await clusters.create(tx, resourceId, document, nowMs);
  const [body] = await clusterBodies(tx, [cluster], { apiVersion, isCreation: true });
  const response = writeResponse(services, request, { status: 201, body, operation });
  return { response, detail: { change: "creation" } };
}

function judgeCreation({ services, request }: Put): ClusterSettings {
  const { apiVersion, name } = request;
  checkClusterName(name, apiVersion);
  const body = readCreation(request.body, apiVersion);
  const wanted = replacedSettings(body, undefined, settingsContext(request));
  if (!services.retiredSkus && findSku(wanted.sku.name)?.kind === "v1") throw enterpriseIsRetired();
  refuseFaults(clusterFaults({ body, wanted, current: undefined, apiVersion }));
  return wanted;
}

async function replace(put: Put, current: StoredCluster): Promise<Written> {
  const { services, request, tx, nowMs, location, tags } = put;
  const { apiVersion, resourceId, name, group } = request;
  const { document } = current;
  if (location !== document.location)
    throw invalidLocationChange({ name: document.name, group, from: document.location, to: location });
  const body = readReplacement(request.body, apiVersion);
  const wanted = replacedSettings(body, document, settingsContext(request));
  refuseFaults(clusterFaults({ body, wanted, current: document, apiVersion }));
  // A PUT sets the casing of the name.
  const cluster = { ...current, id: resourceId, document: { ...document, name } };
  const changed = await applyChange(services, request, tx, { cluster, wanted, tags, nowMs });
  const { operation, change } = changed;
  const [shown] = await clusterBodies(tx, [changed.cluster], { apiVersion });
  return { response: writeResponse(services, request, { status: 200, body: shown, operation }), detail: { change } };
}

/** Changes what the body names; tags, if it has any, replace all. 200, or 202 without a body while it takes time. */
export const patchCluster = (services: CacheServices): ArmOperation => ({
  ...declaration,
  async handle(request) {
    const { apiVersion } = request;
    const asked = readTags(request.body);
    const body = readUpdate(request.body, apiVersion);
    return write(services, request, async (tx, nowMs) => {
      const current = await requireCluster(tx, request);
      const { document } = current;
      const wanted = updatedSettings(body, document, settingsContext(request));
      refuseFaults(clusterFaults({ body, wanted, current: document, apiVersion }));
      const tags = asked === undefined ? document.tags : (asked ?? undefined);
      const changed = await applyChange(services, request, tx, { cluster: current, wanted, tags, nowMs });
      const { cluster, change, operation } = changed;
      const [shown] = operation === undefined ? await clusterBodies(tx, [cluster], { apiVersion }) : [];
      const status = operation === undefined ? 200 : 202;
      return { response: writeResponse(services, request, { status, body: shown, operation }), detail: { change } };
    });
  },
});

function settingsContext({ apiVersion, resourceId, ancestors, caller }: ArmRequest): SettingsContext {
  const [subscription] = ancestors;
  const tenantId =
    subscription === undefined
      ? caller.tenantId
      : asType<SubscriptionDocument>(subscription, subscriptionTypeKey).document.tenantId;
  return { apiVersion, owner: { clusterId: resourceId, tenantId } };
}

interface Change {
  /** The cluster as it is, under the id that the request has. */
  readonly cluster: StoredCluster;
  readonly wanted: ClusterSettings;
  readonly tags: ClusterDocument["tags"];
  readonly nowMs: number;
}

interface Changed {
  readonly cluster: StoredCluster;
  readonly change: ClusterChange;
  /** The operation that is in progress after the response. */
  readonly operation: StoredOperation | undefined;
}

/**
 * Applies a write to a cluster that exists: tags and maintenance windows at once, anything else as an operation. A busy
 * cluster takes no write except the repeated PUT that creates it (recorded). A cluster whose database is busy takes no
 * write that needs an operation.
 */
async function applyChange(
  services: CacheServices,
  { method }: ArmRequest,
  tx: Transaction,
  { cluster, wanted, tags, nowMs }: Change,
): Promise<Changed> {
  const { document: before, id } = cluster;
  const change = changeOf(before, wanted, tags);
  const isRepeated = change === "none" && method === "PUT" && before.provisioningState === "Creating";
  if (isBusy(before) && !isRepeated) throw busy(id);
  if (change === "none") return { cluster, change, operation: undefined };
  const next = { ...before, ...wanted, tags };
  if (change === "tags" || change === "maintenance")
    return { cluster: await clusters.update(tx, cluster, { document: next }, nowMs), change, operation: undefined };
  await refuseWhileDatabaseBusy(tx, cluster);
  const operation = await beginWork(services, tx, cluster, { kind: clusterWork.write.name, resourceId: id });
  const during = change === "scale" ? "Scaling" : "Updating";
  const document: ClusterDocument = {
    ...next,
    redundancyMode: redundancyOf(next),
    resourceState: operation === undefined ? "Running" : during,
    ...waitingFor(operation, "Updating"),
  };
  return { cluster: await clusters.update(tx, cluster, { document }, nowMs), change, operation };
}

/** @throws ArmError while the cluster's database, or an assignment of it, is busy. */
async function refuseWhileDatabaseBusy(tx: Transaction, { key }: StoredCluster): Promise<void> {
  for (const resource of await listBelow(tx, key)) {
    if (!connections.is(resource)) refuseWhileBusy(resource);
  }
}
