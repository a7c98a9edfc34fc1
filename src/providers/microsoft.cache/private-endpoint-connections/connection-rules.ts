import { providerResourceNotFound } from "../../../arm/errors.ts";
import type { ConnectionRequest, ConnectionStateView } from "../../../private-link/contract.ts";
import { transition, type ConnectionEvent, type ConnectionStatus } from "../../../private-link/state-machine.ts";
import { deniedForGood } from "../errors.ts";
import type { ConnectionDocument } from "./connection.ts";
import type { OwnerDecision } from "./connection-request.ts";

/** A connection that a consumer requests: Approved where the request is automatic, else Pending. */
export function newConnection(request: ConnectionRequest): ConnectionDocument {
  const isAutomatic = request.approval === "automatic";
  return {
    name: request.connectionName,
    privateEndpointId: request.privateEndpointId,
    groupIds: request.groupIds,
    status: nextStatus("Absent", isAutomatic ? "requestAutomatically" : "requestManually"),
    description: isAutomatic ? "Auto-approved" : request.requestMessage,
    actionsRequired: "None",
    provisioningState: "Succeeded",
    operationId: undefined,
  };
}

/**
 * A connection's state after the owner's write: what is left out stays, and a null description empties it (az sends null
 * where none is given). @throws ArmError when the state machine refuses.
 */
export function decide(current: ConnectionStateView, decision: OwnerDecision): ConnectionStateView {
  const { status, description, actionsRequired } = decision.properties.privateLinkServiceConnectionState;
  return {
    status: nextStatus(current.status, ownerEvents[status ?? "none"]),
    description: description === undefined ? current.description : (description ?? ""),
    actionsRequired: actionsRequired === undefined ? current.actionsRequired : (actionsRequired ?? "None"),
  };
}

const ownerEvents = { Approved: "ownerApproves", Rejected: "ownerRejects", none: "ownerKeeps" } as const;

function nextStatus(current: ConnectionStatus | "Absent", event: ConnectionEvent): ConnectionStatus {
  const outcome = transition(current, event);
  if ("to" in outcome && outcome.to !== "Absent" && outcome.to !== "Disconnected") return outcome.to;
  if ("refusal" in outcome && outcome.refusal === "deniedForGood") throw deniedForGood();
  throw providerResourceNotFound();
}
