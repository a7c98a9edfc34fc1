// Draws the state machine of private endpoint connections from its table.
import { markdownTable } from "./markdown-table.js";
import { connectionEvents, connectionStates, transition } from "../src/private-link/state-machine.ts";

/** What each event is called for a reader. */
const sentences = {
  requestManually: "consumer requests",
  requestAutomatically: "consumer requests and may approve",
  consumerUpdates: "consumer writes the endpoint again",
  consumerRemoves: "consumer deletes the endpoint",
  ownerApproves: "owner approves",
  ownerRejects: "owner rejects",
  ownerKeeps: "owner writes no status",
  ownerRemoves: "owner deletes the connection or the cluster",
};

export const stateMachineBlocks = { picture, table };

/** A Mermaid diagram of all transitions that change the state. */
function picture() {
  const changes = connectionStates.flatMap((from) =>
    connectionEvents.flatMap((event) => {
      const outcome = transition(from, event);
      return "to" in outcome && outcome.to !== from ? [{ from, to: outcome.to, event }] : [];
    }),
  );
  const name = (state) => (state === "Absent" ? "[*]" : state);
  const lines = changes.map(({ from, to, event }) => `  ${name(from)} --> ${name(to)}: ${sentences[event]}`);
  return ["```mermaid", "stateDiagram-v2", ...lines, "```"].join("\n");
}

/** Every pair of state and event: the state that follows, or why it is refused. */
function table() {
  const cell = (from, event) => {
    const outcome = transition(from, event);
    return "to" in outcome ? outcome.to : `refused: ${outcome.refusal}`;
  };
  const rows = connectionEvents.map((event) => [
    sentences[event],
    ...connectionStates.map((from) => cell(from, event)),
  ]);
  return markdownTable([["event", ...connectionStates], ...rows]);
}
