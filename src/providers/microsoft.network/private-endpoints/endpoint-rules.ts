import { transition } from "../../../private-link/state-machine.ts";
import { networkError } from "../network-errors.ts";
import type { StoredEndpoint } from "./endpoint-store.ts";

/** @throws ArmError when the owner has removed the connection: such an endpoint can only be deleted (documented). */
export function refuseDisconnected({ id, document }: StoredEndpoint): void {
  if ("to" in transition(document.connection.state.status, "consumerUpdates")) return;
  // The code is recorded, the wording ours.
  throw networkError(
    "PrivateEndpointCannotBeUpdatedInDisconnectedState",
    `Private endpoint ${id} cannot be updated because it is in disconnected state. It can only be deleted.`,
  );
}
