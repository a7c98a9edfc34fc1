import type { Clock } from "../../../kernel/clock.ts";
import type { PrivateLinkConsumer } from "../../../private-link/contract.ts";
import { transition } from "../../../private-link/state-machine.ts";
import type { Transaction } from "../../../store/store.ts";
import { isSame } from "../../../arm/resource-id.ts";
import type { EndpointConnectionState } from "./endpoint-document.ts";
import { findEndpoint } from "./endpoint-store.ts";
import type { StoredEndpoint } from "./endpoint-store.ts";
import { saveEndpoint } from "./save-endpoint.ts";

/** The endpoints' side of the contract: what they show once the owner has decided. */
export function privateLinkConsumer({ clock }: { clock: Clock }): PrivateLinkConsumer {
  return {
    async connectionChanged(tx, { state, ...key }) {
      const endpoint = await connectedEndpoint(tx, key);
      if (endpoint !== undefined) await show(tx, endpoint, state, clock.nowMs());
    },
    async connectionRemoved(tx, key) {
      const endpoint = await connectedEndpoint(tx, key);
      if (endpoint === undefined) return;
      const { state } = endpoint.document.connection;
      const outcome = transition(state.status, "ownerRemoves");
      if (!("to" in outcome) || outcome.to === "Absent") throw new Error("The owner cannot remove this connection.");
      await show(tx, endpoint, { ...state, status: outcome.to, actionsRequired: "None" }, clock.nowMs());
    },
  };
}

/** The endpoint that still has this connection: one that was deleted, or led elsewhere since, is not concerned. */
async function connectedEndpoint(
  tx: Transaction,
  { privateEndpointId, targetId }: { privateEndpointId: string; targetId: string },
): Promise<StoredEndpoint | undefined> {
  const endpoint = await findEndpoint(tx, privateEndpointId);
  return endpoint !== undefined && isSame(endpoint.document.connection.targetId, targetId) ? endpoint : undefined;
}

async function show(
  tx: Transaction,
  endpoint: StoredEndpoint,
  state: EndpointConnectionState,
  nowMs: number,
): Promise<void> {
  const { connection } = endpoint.document;
  const document = { ...endpoint.document, connection: { ...connection, state }, showsPlaceholder: false };
  await saveEndpoint(tx, endpoint, { document }, nowMs);
}
