import { groupBeingDeleted, invalidLocationChange, resourceGroupNotFound } from "../../../arm/errors.ts";
import { scopeId } from "../../../arm/resource-id.ts";
import { isBeingDeleted } from "../../../arm/resource-group.ts";
import type { ArmOperation, ArmRequest } from "../../../arm/resource-type.ts";
import type { Tags } from "../../../arm/tags.ts";
import { write } from "../../../arm/write.ts";
import type { Written } from "../../../arm/write.ts";
import type { StoredOperation } from "../../../store/operations.ts";
import { findResource, saveResource } from "../../../store/resources.ts";
import type { StoredResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { enterpriseIsRetired } from "../errors.ts";
import { findSku } from "../skus.ts";
import { applyChange, checkProposal, settingsContext } from "./change-cluster.ts";
import { bodyOf } from "./cluster-answer.ts";
import { beginWork, writeResponse } from "../cache-type.ts";
import { clusterTypeKey } from "./cluster-document.ts";
import type { ClusterDocument } from "./cluster-document.ts";
import { readLocation, readTags } from "./cluster-envelope.ts";
import { clusterKinds, settled } from "./cluster-operations.ts";
import { hostNameOf, redundancyOf } from "./cluster-placement.ts";
import { readCreation, readReplacement } from "./cluster-request.ts";
import { checkClusterName } from "./cluster-rules.ts";
import type { ClusterServices } from "./cluster-services.ts";
import { replacedSettings } from "./cluster-settings.ts";
import type { ClusterSettings } from "./cluster-settings.ts";
import { findCluster } from "./cluster-store.ts";
import type { StoredCluster } from "./cluster-store.ts";

/** Creates a cluster (201) or replaces what it is set to (200). */
export const putCluster = (services: ClusterServices): ArmOperation => ({
  action: "Microsoft.Cache/redisEnterprise/write",
  display: { operation: "Create or Update Cluster", description: "Creates a cluster, or changes its settings." },
  body: "required",
  async handle(request) {
    const envelope = { location: readLocation(request.body), tags: readTags(request.body) ?? undefined };
    return write(services, request, async (tx, nowMs) => {
      const current = await findCluster(tx, request.resourceId);
      const put = { services, request, tx, nowMs, ...envelope };
      return current === undefined ? create(put) : replace(put, current);
    });
  },
});

interface Put {
  readonly services: ClusterServices;
  readonly request: ArmRequest;
  readonly tx: Transaction;
  readonly nowMs: number;
  /** Region name. */
  readonly location: string;
  readonly tags: Tags | undefined;
}

async function create(put: Put): Promise<Written> {
  const { services, request, tx, nowMs } = put;
  const group = await openGroup(tx, request);
  const place = placeOf(put, judgeCreation(put));
  const { resourceId: id, apiVersion } = request;
  const { subscriptionKey } = group;
  const operation = await beginWork(
    services,
    tx,
    { subscriptionKey, document: place },
    { kind: clusterKinds.create, resourceId: id },
  );
  const document = { ...place, ...birthStates(operation) };
  const cluster = await saveResource(
    tx,
    { id, typeKey: clusterTypeKey, parentKey: group.key, subscriptionKey, document },
    nowMs,
  );
  const body = await bodyOf(tx, cluster, { apiVersion, isCreation: true });
  return {
    response: writeResponse(services, request, { status: 201, body, operation }),
    detail: { change: "creation" },
  };
}

function judgeCreation({ services, request }: Put): ClusterSettings {
  const { apiVersion } = request;
  checkClusterName(nameIn(request), apiVersion);
  const body = readCreation(request.body, apiVersion);
  const wanted = replacedSettings(body, undefined, settingsContext(request));
  if (!services.retiredSkus && findSku(wanted.sku.name)?.kind === "v1") throw enterpriseIsRetired();
  checkProposal({ body, wanted, current: undefined, apiVersion });
  return wanted;
}

type States = Pick<ClusterDocument, "provisioningState" | "resourceState" | "operationId">;

function placeOf({ request, location, tags }: Put, wanted: ClusterSettings): Omit<ClusterDocument, keyof States> {
  const kind = findSku(wanted.sku.name)?.kind ?? "v2";
  const name = nameIn(request);
  const hostName = hostNameOf({ name, location, kind });
  return {
    name,
    location,
    kind,
    tags,
    ...wanted,
    hostName,
    redundancyMode: redundancyOf({ ...wanted, kind, location }),
  };
}

const birthStates = (operation: StoredOperation | undefined): States =>
  operation === undefined
    ? settled
    : { provisioningState: "Creating", resourceState: "Creating", operationId: operation.id };

async function replace(
  { services, request, tx, nowMs, location, tags }: Put,
  current: StoredCluster,
): Promise<Written> {
  const { apiVersion, resourceId } = request;
  checkLocation(request, current, location);
  const body = readReplacement(request.body, apiVersion);
  const wanted = replacedSettings(body, current.document, settingsContext(request));
  checkProposal({ body, wanted, current: current.document, apiVersion });
  const renamed = { ...current, id: resourceId, document: { ...current.document, name: nameIn(request) } };
  const { cluster, change, operation } = await applyChange(services, request, tx, {
    cluster: renamed,
    wanted,
    tags,
    nowMs,
  });
  const shown = await bodyOf(tx, cluster, { apiVersion });
  return { response: writeResponse(services, request, { status: 200, body: shown, operation }), detail: { change } };
}

function checkLocation({ path }: ArmRequest, { document }: StoredCluster, location: string): void {
  if (location === document.location) return;
  throw invalidLocationChange({
    name: document.name,
    group: path.resourceGroup ?? "",
    from: document.location,
    to: location,
  });
}

/** The group of a new cluster: it may have gone, or be going, since the gateway looked. */
async function openGroup(tx: Transaction, { path }: ArmRequest): Promise<StoredResource> {
  const group = await findResource(tx, scopeId(path));
  const name = path.resourceGroup ?? "";
  if (group === undefined) throw resourceGroupNotFound(name);
  if (isBeingDeleted(group)) throw groupBeingDeleted(name);
  return group;
}

const nameIn = ({ path }: ArmRequest): string => path.names[0] ?? "";
