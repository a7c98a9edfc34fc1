import { isDeepStrictEqual } from "node:util";
import { providerResourceNotFound } from "../../../arm/errors.ts";
import type { ArmOperation, ArmRequest } from "../../../arm/resource-type.ts";
import { write } from "../../../arm/write.ts";
import { findResource } from "../../../store/resources.ts";
import type { StoredResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { isBusy } from "../clusters/cluster-document.ts";
import type { ClusterDocument } from "../clusters/cluster-document.ts";
import { busy } from "../errors.ts";
import { checkApprovable } from "./approval-registration.ts";
import { connectionBody } from "./connection-body.ts";
import { connectionKinds } from "./connection-operations.ts";
import { connectionAction } from "./connection-services.ts";
import type { ConnectionServices } from "./connection-services.ts";
import { clusterIdOf, findConnection, saveConnection } from "./connection-store.ts";
import type { StoredConnection } from "./connection-store.ts";
import { beginOnConnection, connectionAnswer, waitingFor } from "./connection-write.ts";
import { decide, ownerDecisionSchema } from "./owner-decision.ts";

/** The owner's decision. Answers 201 always, new state or not: generated clients take nothing else. */
export const putConnection = (services: ConnectionServices): ArmOperation => ({
  action: `${connectionAction}/write`,
  display: {
    operation: "Put Private Endpoint Connection",
    description: "Approves or rejects a private endpoint connection.",
  },
  body: "required",
  handle(request) {
    const decision = ownerDecisionSchema.parse(request.body);
    return write(services, request, async (tx, nowMs) => {
      const found = await readForDecision(tx, request);
      const { cluster, connection } = found;
      const state = decide(connection.document, decision);
      if (state.status === "Approved" && connection.document.status !== "Approved") {
        await checkApprovable(tx, connection.document);
      }
      const operation = await beginOnConnection(services, tx, found, connectionKinds.write);
      const document = { ...connection.document, ...state, ...waitingFor(operation, "Updating") };
      // Saying the same again changes neither side; it is only recorded.
      const changes = !isDeepStrictEqual(document, connection.document);
      const saved = changes ? await saveConnection(tx, connection, document, nowMs) : connection;
      const { privateEndpointId } = document;
      if (changes) await services.consumer?.connectionChanged(tx, { privateEndpointId, targetId: cluster.id, state });
      const body = connectionBody(saved, request.apiVersion);
      return {
        response: connectionAnswer(services, request, { status: 201, body, operation }),
        detail: { from: connection.document.status, to: state.status },
      };
    });
  },
});

async function readForDecision(
  tx: Transaction,
  request: ArmRequest,
): Promise<{ cluster: StoredResource<ClusterDocument>; connection: StoredConnection }> {
  const connection = await findConnection(tx, request.resourceId);
  const cluster = await findResource<ClusterDocument>(tx, clusterIdOf({ id: request.resourceId }));
  if (connection === undefined || cluster === undefined) throw providerResourceNotFound();
  if (isBusy(cluster.document)) throw busy(cluster.id);
  if (connection.document.provisioningState === "Deleting") throw busy(connection.id);
  return { cluster, connection };
}
