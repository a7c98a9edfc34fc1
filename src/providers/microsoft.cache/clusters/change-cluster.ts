import type { ArmRequest } from "../../../arm/resource-type.ts";
import { subscriptionTypeKey } from "../../../arm/subscription.ts";
import type { SubscriptionDocument } from "../../../arm/subscription.ts";
import type { StoredOperation } from "../../../store/operations.ts";
import { asType, listBelow } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { busy, refuseFaults } from "../errors.ts";
import { connectionTypeKey } from "../private-endpoint-connections/connection-document.ts";
import { beginWork } from "../cache-type.ts";
import { isBusy } from "./cluster-document.ts";
import type { ClusterDocument } from "./cluster-document.ts";
import { clusterKinds, settled } from "./cluster-operations.ts";
import { redundancyOf } from "./cluster-placement.ts";
import { clusterFaults } from "./cluster-rules.ts";
import type { ClusterProposal } from "./cluster-rules.ts";
import type { ClusterServices } from "./cluster-services.ts";
import { changeOf } from "./cluster-settings.ts";
import type { ClusterChange, ClusterSettings, SettingsContext } from "./cluster-settings.ts";
import { saveCluster } from "./cluster-store.ts";
import type { StoredCluster } from "./cluster-store.ts";

/** What turns the body of a request into settings. */
export const settingsContext = ({ apiVersion, resourceId, ancestors, caller }: ArmRequest): SettingsContext => {
  const [subscription] = ancestors;
  const tenantId =
    subscription === undefined
      ? caller.tenantId
      : asType<SubscriptionDocument>(subscription, subscriptionTypeKey).document.tenantId;
  return { apiVersion, owner: { clusterId: resourceId, tenantId } };
};

/** Lets only settings pass that no rule is against. @throws ArmError naming every fault. */
export function checkProposal(proposal: ClusterProposal): void {
  refuseFaults(clusterFaults(proposal));
}

/** A write to a cluster that exists, once it is judged. */
export interface AcceptedChange {
  /** The cluster as it is, under the id that the request spells. */
  readonly cluster: StoredCluster;
  readonly wanted: ClusterSettings;
  readonly tags: ClusterDocument["tags"];
}

/** What became of a write. */
export interface Changed {
  readonly cluster: StoredCluster;
  readonly change: ClusterChange;
  /** The work that goes on after the answer. */
  readonly operation: StoredOperation | undefined;
}

/**
 * Carries out a write to a cluster: tags and maintenance windows at once, anything else as an operation. A cluster that is in the middle of
 * something takes no write, save the repetition of the PUT that it is being created by (recorded); one whose database is takes none that
 * would need an operation.
 */
export async function applyChange(
  services: ClusterServices,
  request: ArmRequest,
  tx: Transaction,
  accepted: AcceptedChange & { nowMs: number },
): Promise<Changed> {
  const { cluster, wanted, tags, nowMs } = accepted;
  const change = changeOf(cluster.document, wanted, tags);
  const isRepeated = change === "none" && request.method === "PUT" && cluster.document.provisioningState === "Creating";
  if (isBusy(cluster.document) && !isRepeated) throw busy(cluster.id);
  if (change === "none") return { cluster, change, operation: undefined };
  const document = { ...cluster.document, ...wanted, tags };
  if (change === "tags" || change === "maintenance")
    return { cluster: await saveCluster(tx, cluster, document, nowMs), change, operation: undefined };
  await refuseWhileDatabaseBusy(tx, cluster);
  const operation = await beginWork(services, tx, cluster, { kind: clusterKinds.update, resourceId: cluster.id });
  const redundancyMode = redundancyOf(document);
  const saved = await saveCluster(tx, cluster, { ...document, redundancyMode, ...statesOf(change, operation) }, nowMs);
  return { cluster: saved, change, operation };
}

/** @throws ArmError while the cluster's database, or an assignment of it, is in the middle of something. */
async function refuseWhileDatabaseBusy(tx: Transaction, { key }: Pick<StoredCluster, "key">): Promise<void> {
  const below = (await listBelow(tx, key)).filter(({ typeKey }) => typeKey !== connectionTypeKey);
  for (const { id, document } of below) {
    if (isBusy(document as Pick<ClusterDocument, "provisioningState">)) throw busy(id);
  }
}

function statesOf(
  change: ClusterChange,
  operation: StoredOperation | undefined,
): Pick<ClusterDocument, "provisioningState" | "resourceState" | "operationId"> {
  if (operation === undefined) return settled;
  const resourceState = change === "scale" ? "Scaling" : "Updating";
  return { provisioningState: "Updating", resourceState, operationId: operation.id };
}
