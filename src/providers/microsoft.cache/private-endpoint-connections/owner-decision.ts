import { providerResourceNotFound } from "../../../arm/errors.ts";
import { bodySchema } from "../../../arm/body-schema.ts";
import { transition } from "../../../private-link/state-machine.ts";
import type { ConnectionEvent, ConnectionStatus } from "../../../private-link/state-machine.ts";
import { deniedForGood } from "../errors.ts";
import type { ConnectionDocument } from "./connection-document.ts";

/**
 * What an owner writes. Read-only properties (`id`, `provisioningState`, `privateEndpoint` …) are not named here and so
 * are let through: az and Terraform send back the whole body that they read.
 */
export const ownerDecisionSchema = bodySchema({
  type: "object",
  required: ["properties"],
  properties: {
    properties: {
      type: "object",
      required: ["privateLinkServiceConnectionState"],
      properties: {
        privateLinkServiceConnectionState: {
          type: "object",
          properties: {
            status: { type: ["string", "null"], enum: ["Approved", "Rejected", null] },
            description: { type: ["string", "null"] },
            actionsRequired: { type: ["string", "null"] },
          },
        },
      },
    },
  },
});

export type OwnerDecision = ReturnType<typeof ownerDecisionSchema.parse>;

type State = Pick<ConnectionDocument, "status" | "description" | "actionsRequired">;

/**
 * What a connection's state becomes by the owner's write: what is left out stays, and a null description empties it
 * (az sends null where none is given). @throws ArmError when the state machine refuses.
 */
export function decide(current: State, decision: OwnerDecision): State {
  const { status, description, actionsRequired } = decision.properties.privateLinkServiceConnectionState;
  return {
    status: nextStatus(current.status, status ?? undefined),
    description: description === undefined ? current.description : (description ?? ""),
    actionsRequired: actionsRequired === undefined ? current.actionsRequired : (actionsRequired ?? "None"),
  };
}

function nextStatus(current: ConnectionStatus, asked: "Approved" | "Rejected" | undefined): ConnectionStatus {
  const outcome = transition(current, eventOf(asked));
  if ("to" in outcome && outcome.to !== "Absent" && outcome.to !== "Disconnected") return outcome.to;
  if ("refusal" in outcome && outcome.refusal === "deniedForGood") throw deniedForGood();
  throw providerResourceNotFound();
}

function eventOf(asked: "Approved" | "Rejected" | undefined): ConnectionEvent {
  if (asked === undefined) return "ownerKeeps";
  return asked === "Approved" ? "ownerApproves" : "ownerRejects";
}
