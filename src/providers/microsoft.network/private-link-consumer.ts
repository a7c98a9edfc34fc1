import type { Clock } from "../../kernel/clock.ts";
import type { PrivateLinkConsumer } from "../../private-link/contract.ts";
import { transition } from "../../private-link/state-machine.ts";
import type { Transaction } from "../../store/store.ts";
import { isSame } from "../../arm/resource-id.ts";
import { privateEndpoints, type EndpointDocument, type StoredEndpoint } from "./private-endpoints/private-endpoint.ts";
import { saveEndpoint } from "./private-endpoints/save-private-endpoint.ts";

/** The endpoints' side of the contract: endpoints show what the owner of their target decides. */
export function privateLinkConsumer({ clock }: { clock: Clock }): PrivateLinkConsumer {
  const saveState = async (
    tx: Transaction,
    endpoint: StoredEndpoint,
    state: EndpointDocument["connection"]["state"],
  ): Promise<void> => {
    const { document } = endpoint;
    const changes = { connection: { ...document.connection, state }, showsPlaceholder: false };
    await saveEndpoint(tx, endpoint, { document: { ...document, ...changes } }, clock.nowMs());
  };
  return {
    async connectionChanged(tx, { state, ...key }) {
      const endpoint = await connectedEndpoint(tx, key);
      if (endpoint !== undefined) await saveState(tx, endpoint, state);
    },
    async connectionRemoved(tx, key) {
      const endpoint = await connectedEndpoint(tx, key);
      if (endpoint === undefined) return;
      const { state } = endpoint.document.connection;
      const outcome = transition(state.status, "ownerRemoves");
      if (!("to" in outcome) || outcome.to === "Absent") throw new Error("The owner cannot remove this connection.");
      await saveState(tx, endpoint, { ...state, status: outcome.to, actionsRequired: "None" });
    },
  };
}

/** The endpoint that has this connection; undefined when it was deleted, or created again for another target. */
async function connectedEndpoint(
  tx: Transaction,
  { privateEndpointId, targetId }: { privateEndpointId: string; targetId: string },
): Promise<StoredEndpoint | undefined> {
  const endpoint = await privateEndpoints.find(tx, privateEndpointId);
  return endpoint !== undefined && isSame(endpoint.document.connection.targetId, targetId) ? endpoint : undefined;
}
