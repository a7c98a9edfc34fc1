import { isDeepStrictEqual } from "node:util";
import { providerResourceNotFound } from "../../../arm/errors.ts";
import { waitingFor } from "../../../arm/lifecycle.ts";
import { parentIdOf, parseResourceId } from "../../../arm/resource-id.ts";
import type { ArmOperation } from "../../../arm/resource-type.ts";
import { unregisteredNamespaces } from "../../../arm/subscriptions-and-groups.ts";
import { write } from "../../../arm/write.ts";
import { findResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { beginWork, writeResponse } from "../cache-type.ts";
import type { CacheServices } from "../cache-type.ts";
import { requireIdleCluster } from "../clusters/cluster.ts";
import type { StoredCluster } from "../clusters/cluster.ts";
import { approvalForbidden, busy } from "../errors.ts";
import { connectionBody, connectionWork, connections } from "./connection.ts";
import type { ConnectionDocument, StoredConnection } from "./connection.ts";
import { ownerDecisionSchema } from "./connection-request.ts";
import { decide } from "./connection-rules.ts";

/** The owner's decision. The status is always 201, for a new state or the same: generated clients accept no other. */
export const putConnection = (services: CacheServices): ArmOperation => ({
  action: `${connections.type}/write`,
  display: {
    operation: "Put Private Endpoint Connection",
    description: "Approves or rejects a private endpoint connection.",
  },
  body: "required",
  handle(request) {
    const decision = ownerDecisionSchema.parse(request.body);
    return write(services, request, async (tx, nowMs) => {
      const { cluster, connection } = await requireDecidable(tx, request.resourceId);
      const { document: before } = connection;
      const state = decide(before, decision);
      if (state.status === "Approved" && before.status !== "Approved") await checkApprovable(tx, before);
      const work = { kind: connectionWork.write.name, resourceId: connection.id };
      const operation = await beginWork(services, tx, cluster, work);
      const document = { ...before, ...state, ...waitingFor(operation, "Updating") };
      // A repeated decision changes neither side; only the activity log records it.
      const changes = !isDeepStrictEqual(document, before);
      const saved = changes ? await connections.update(tx, connection, { document }, nowMs) : connection;
      const { privateEndpointId } = document;
      if (changes) await services.consumer?.connectionChanged(tx, { privateEndpointId, targetId: cluster.id, state });
      const body = connectionBody(saved, request.apiVersion);
      return {
        response: writeResponse(services, request, { status: 201, body, operation, keepsCharset: true }),
        detail: { from: before.status, to: state.status },
      };
    });
  },
});

async function requireDecidable(
  tx: Transaction,
  id: string,
): Promise<{ cluster: StoredCluster; connection: StoredConnection }> {
  const connection = await connections.find(tx, id);
  if (connection === undefined) throw providerResourceNotFound();
  const cluster = await requireIdleCluster(tx, parentIdOf(id));
  if (connection.document.provisioningState === "Deleting") throw busy(connection.id);
  return { cluster, connection };
}

/**
 * An approval needs Microsoft.Cache to be registered in the subscription of the private endpoint too (its developers
 * reported the code in 2026). @throws ArmError when it is not.
 */
async function checkApprovable(tx: Transaction, { name, privateEndpointId }: ConnectionDocument): Promise<void> {
  const { subscriptionId = "" } = parseResourceId(privateEndpointId) ?? {};
  const subscription = await findResource(tx, `/subscriptions/${subscriptionId}`);
  if (subscription === undefined || !unregisteredNamespaces(subscription).includes("microsoft.cache")) return;
  throw approvalForbidden(name, subscriptionId);
}
